#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// The attempt whose log is asked for: the one with this number, else the last that left a log.
/// Error: not_found, also if it left none.
base::Result<store::AttemptRow> choose_attempt(const store::TaskRow& task,
                                               const std::vector<store::AttemptRow>& attempts,
                                               std::optional<std::int64_t> wanted);

}  // namespace mpegflow::cli
