#pragma once

#include "store/store.h"

namespace mpegflow::engine {

/// Gives what failed of a job another chance, as the op says. Of a job that was rejected, cancelled
/// or published without an optional part, what the other tasks had made is no longer in its hidden
/// folder (upkeep::find_result), so it cannot be gone on with: illegal_transition, and nothing is
/// changed.
base::Result<store::ReprocessJob::Answer> reprocess_job(store::Store& store,
                                                        store::ReprocessJob op);

}  // namespace mpegflow::engine
