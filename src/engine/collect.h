#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::engine {

/// Removes the objects of attempts that can no longer commit, of one job (empty = of all): row to
/// doomed, object away, row away; safe to be cut anywhere and to be repeated. Gives how many.
base::Result<std::int64_t> collect_garbage(store::Store& store, objects::ObjectStore& objects,
                                           const base::JobId& only_job);

}  // namespace mpegflow::engine
