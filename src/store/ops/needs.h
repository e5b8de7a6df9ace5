#pragma once

#include <set>
#include <string>

#include "core/retry/finding.h"
#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// The encoders that the task names, if that it has none of them is what failed it, workers of its
/// pool are there, and none says that it has them all. Else empty: a worker that does not say what
/// it has may have them, and so may one that is yet to come where there is none.
base::Result<std::set<std::string>> find_unmet_encoders(Session& session, const TaskRow& task,
                                                        const retry::Finding& finding);

/// The task, which is held now, goes on when a worker of its pool has these.
base::Result<void> await_encoders(Session& session, const TaskRow& task,
                                  const std::set<std::string>& encoders);

/// Nothing is awaited for the task any more.
base::Result<void> forget_need(Session& session, const base::TaskId& task);

/// A worker has come: the tasks that waited for what it has are released, with fresh budgets.
base::Result<void> release_for_worker(Session& session, const RegisterSession& op);

}  // namespace mpegflow::store
