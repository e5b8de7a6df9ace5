#pragma once

#include "cli/arguments.h"
#include "cli/control/control.h"

namespace mpegflow::cli {

/// Which dead letters `dlq reprocess` means, how fast, and in which other way. Errors:
/// invalid_argument, also if nothing says which ones.
base::Result<DeadLetterWish> read_choice(const Arguments& arguments, base::WallTime now);

/// "30/min" or "30".
std::optional<std::int64_t> parse_rate(std::string_view text);
/// RFC 3339 in UTC ("2026-01-31T12:00:00Z", also the date alone), or how long ago ("2h").
std::optional<base::WallTime> parse_since(std::string_view text, base::WallTime now);

}  // namespace mpegflow::cli
