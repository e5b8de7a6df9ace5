#pragma once

#include <string>

#include "base/result.h"
#include "store/rows.h"

namespace mpegflow::engine {

/// What a running attempt has written to its standard error from `offset` on, at most `most` bytes.
/// Empty if that is nothing, and for an attempt in a folder that is not its job's, as on another
/// machine: of that one the log comes with the attempt's end.
base::Result<std::string> read_running_log(const store::JobRow& job,
                                           const store::AttemptRow& attempt, std::int64_t offset,
                                           std::int64_t most);

}  // namespace mpegflow::engine
