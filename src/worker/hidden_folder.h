#pragma once

#include "base/file.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// The hidden folder of the task's job, beside its output.
base::Path hidden_folder(const protocol::Assignment& assignment);

}  // namespace mpegflow::worker
