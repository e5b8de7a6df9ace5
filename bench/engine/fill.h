#pragma once

#include <cstdint>

#include "base/file.h"

namespace mpegflow::bench {

/// Copies all rows of the store's only job, which is finished, `copies` times under new ids, with
/// plain SQL. Nobody else has the store open.
void multiply_job(const base::Path& state_directory, std::int64_t copies);

}  // namespace mpegflow::bench
