#pragma once

#include "base/file.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// Is everything below `target` what we put there, untouched? Either all of it was published, or
/// all of it is what one job was about to put in place when it was last heard of.
base::Result<bool> is_own_tree(const protocol::Assignment& assignment, const base::Path& target);

}  // namespace mpegflow::worker
