#pragma once

#include "worker/task_run.h"

namespace mpegflow::worker {

/// A finding that blames the input, held against the hashes that are known of what was read: a copy
/// of ours that is not what was committed makes it stage_in_corrupt, a file in place that is no
/// longer what it was makes it input_changed. Every other finding is given back as it is.
base::Result<retry::Finding> suspect_inputs(const TaskRun& run, retry::Finding finding);

}  // namespace mpegflow::worker
