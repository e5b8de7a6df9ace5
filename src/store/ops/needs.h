#pragma once

#include <set>
#include <string>

#include "core/queue/requirements.h"
#include "core/retry/finding.h"
#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// The encoders that the task names, if that it has none of them is what failed it, workers of its
/// pool are there, and none says that it has them all. Else empty: a worker that does not say what
/// it has may have them, and so may one that is yet to come where there is none.
base::Result<queue::Requirements> find_unmet_encoders(Session& session, const TaskRow& task,
                                                      const retry::Finding& finding);

/// The task, which is held now, goes on when a worker comes that has these.
base::Result<void> await_worker(Session& session, const TaskRow& task,
                                const queue::Requirements& requirements);

/// Nothing is awaited for the task any more.
base::Result<void> forget_need(Session& session, const base::TaskId& task);

/// A task with these (as text, mostly none) is there: which of the sessions meet them is known
/// from now on.
base::Result<void> note_requirements(Session& session, const std::string& requirements);

/// A worker has come: what it meets is noted. Tasks that waited for that are released, with fresh
/// budgets; ready ones that it shows to be beyond everybody who is there go where they can be done
/// or wait visibly.
base::Result<void> welcome_worker(Session& session, const RegisterSession& op);

/// The pools that follow one another were changed: tasks that are held go where that leads to.
base::Result<void> release_met(Session& session);

/// Workers may have gone: a batch of the ready tasks that nobody who is left can do.
base::Result<void> settle_unmet(Session& session);

/// What becomes of a ready task with requirements.
enum class Prospect { stays, moves, falls_back, held };
struct Placement {
  Prospect prospect = Prospect::stays;
  std::string pool;                  ///< moves: where to
  std::string why;                   ///< held, falls_back: a sentence
  queue::Requirements requirements;  ///< that are not met
  queue::Requirements missing;       ///< what of it is to be told to people
};

/// Where the task can be done: in its pool or one that follows it if a worker there may meet its
/// requirements, else by the command that its rendition gives for that case, else in a pool that
/// has no worker yet. If all have some and none can, it is to be held. A task of `mpegflow run`
/// stays: only that run's own worker takes it.
base::Result<Placement> find_placement(Session& session, const TaskRow& task);

/// The same for a task of a run whose own worker does not meet them: it falls back or is held.
Placement give_up_on_run(const TaskRow& task);

}  // namespace mpegflow::store
