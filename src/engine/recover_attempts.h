#pragma once

#include <functional>

#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::engine {

struct Recovery {
  base::JobId job;
  std::string boot_id;   ///< of this boot
  base::Path scratch;    ///< where the attempts' folders are
  std::string own_lock;  ///< the lock file that this process holds
  std::string host{};    ///< of this machine; empty = all sessions are taken for its own
};

/// Cleans up after workers of this machine that are dead for sure (another boot, or their lock file
/// is free): keeps the standard error of their attempts as evidence, gives their claims back at
/// once and removes their working folders.
base::Result<void> recover_attempts(store::Store& store, objects::ObjectStore& logs,
                                    const Recovery& recovery);

}  // namespace mpegflow::engine
