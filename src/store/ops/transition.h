#pragma once

#include <optional>

#include "base/json.h"
#include "store/op.h"
#include "store/ops/admission.h"
#include "store/session.h"

namespace mpegflow::store {

struct Queue {
  std::string lane, pool;
};

/// What comes with a change of state.
struct TransitionDetail {
  base::json::object body;                 ///< for the event
  std::optional<base::WallTime> retry_at;  ///< needed when the task waits for a moment
  std::optional<Gate> gate = {};           ///< needed when the task enters capped
  std::optional<Queue> move = {};          ///< needed when the task changes its queue
  std::optional<std::string> result = {};  ///< JSON; what a commit leaves with the task
};

/// Takes the task along the table, with everything that belongs to the states it leaves and enters
/// (rows of ready, parked, timer and lease, counts and slots), appends the event, lets others into
/// what became free, and tells children and job. A task that becomes ready over a cap is capped at
/// once. This and grant_lease() are the only writers of task.state. Errors: illegal_transition.
base::Result<queue::TaskState> apply_event(Session& session, const TaskRow& task,
                                           queue::TaskEvent event, TransitionDetail detail);

/// A ready task with requirements goes where somebody can do it, takes the fallback of its
/// rendition, or is held with the words for what it waits. Gives what it is then; nullopt: ready in
/// the pool where it was.
base::Result<std::optional<queue::TaskState>> place_ready_task(Session& session,
                                                               const base::TaskId& id);

/// The run that is alone with its job has no claim left that its worker can do: ready tasks that it
/// cannot do fall back or are held. Gives whether there was one.
base::Result<bool> give_up_unmet_of_run(Session& session, const base::JobId& job);

/// ready → leased for a task whose ready row was just taken: raises the fence, writes the lease and
/// the attempt. Gives the claim; `task` is then as the store has it.
base::Result<Claim> grant_lease(Session& session, TaskRow& task, const base::ClaimId& claim_id,
                                const base::SessionId& holder);

/// Recomputes the job's state and delivery from its tasks; writes and tells it if it changed.
base::Result<void> settle_job(Session& session, const base::JobId& job);

base::Result<TaskRow> load_task(Session& session, const base::TaskId& id);
base::Result<JobRow> load_job(Session& session, const base::JobId& id);

}  // namespace mpegflow::store
