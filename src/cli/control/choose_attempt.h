#pragma once

#include <cstdint>
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

/// The attempt to follow: the one with this number, else the newest; nullopt while there is none.
/// Errors: not_found, also if it is over and left no log, or if the task ended without any.
base::Result<std::optional<store::AttemptRow>> choose_attempt_to_follow(
    const store::TaskRow& task, const std::vector<store::AttemptRow>& attempts,
    std::optional<std::int64_t> wanted);

bool is_running(const store::AttemptRow& attempt);

}  // namespace mpegflow::cli
