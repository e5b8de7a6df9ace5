#pragma once

#include "cli/arguments.h"
#include "store/store.h"

namespace mpegflow::cli {

/// Which dead letters `dlq reprocess` means, and how fast. Errors: invalid_argument, also if
/// nothing says which ones.
struct DeadLetterChoice {
  store::DeadLetterFilter filter;
  std::int64_t rate_per_minute = 0;  ///< 0 = all at once
};
base::Result<DeadLetterChoice> read_choice(store::Store& store, const DeadLetterWords& words,
                                           bool is_group_given, base::WallTime now);

/// "30/min" or "30".
std::optional<std::int64_t> parse_rate(std::string_view text);
/// RFC 3339 in UTC ("2026-01-31T12:00:00Z", also the date alone), or how long ago ("2h").
std::optional<base::WallTime> parse_since(std::string_view text, base::WallTime now);

}  // namespace mpegflow::cli
