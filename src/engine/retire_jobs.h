#pragma once

#include "base/ids.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::engine {

struct Succession {
  base::JobId job;      ///< whose result stands at its output
  std::string boot_id;  ///< of this boot
  base::Path own_lock;  ///< held by this process; the locks of other jobs are beside it
};

/// Ends the other jobs with the same output that nobody works on and whose result can no longer be
/// wanted: those that are not over are cancelled, with the reason in their story, and all their
/// hidden folders are removed. A job that a live process holds is left alone, and so is a folder
/// that is not named after its job.
base::Result<void> retire_jobs(store::Store& store, objects::ObjectStore& logs,
                               const Succession& succession);

}  // namespace mpegflow::engine
