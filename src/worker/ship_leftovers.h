#pragma once

#include "objects/object_store.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// Says in the attempt's folder whose it is, for whoever finds it after this process has died.
base::Result<void> sign_folder(const base::Path& root, const protocol::Assignment& assignment);

/// Cleans up after an earlier worker that died over its attempts: for each folder in `scratch` that
/// an attempt has signed, standard error is kept under the attempt's key, unless it is there
/// already, and the folder is removed. To be called before the worker's own first attempt;
/// `scratch` is no other worker's. Gives how many there were. What cannot be kept stays, for the
/// next time.
base::Result<std::int64_t> ship_leftovers(objects::ObjectStore& logs, const base::Path& scratch);

}  // namespace mpegflow::worker
