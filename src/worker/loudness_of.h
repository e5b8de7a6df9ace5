#pragma once

#include <optional>
#include <string>

#include "core/encode/loudness.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// What the task `key`, which this one needs, has measured; nullopt of silence.
base::Result<std::optional<encode::Loudness>> loudness_of(const TaskRun& run,
                                                          const std::string& key);

}  // namespace mpegflow::worker
