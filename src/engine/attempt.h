#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/plan/plan.h"
#include "store/store.h"

namespace mpegflow::engine {

/// The tasks that a probe's commit adds to its job, or why the job cannot go on.
base::Result<tl::expected<std::vector<store::NewTask>, retry::Finding>> plan_after_probe(
    store::Store& store, const store::CommitAttempt& commit);

/// Commits an attempt. The commit of a probe grows the job's graph in the same step; if the input
/// turns out not to serve the spec, the attempt is reported as failed instead.
base::Result<queue::TaskState> commit_attempt(store::Store& store, store::CommitAttempt commit);

/// What a worker gets for the end of an attempt, and for what it asked for along with it.
struct Settled {
  queue::TaskState state = queue::TaskState::ready;
  std::optional<base::WallTime> retry_at;
  std::vector<store::ClaimTasks::Granted> granted;
};

/// The same, and the claim of the next task right behind it, in one commit where the store can. A
/// claim that is refused gives nothing: the worker asks again and hears why.
base::Result<Settled> commit_and_claim(store::Store& store, store::CommitAttempt commit,
                                       const std::optional<store::ClaimTasks>& next);
base::Result<Settled> report_and_claim(store::Store& store, store::ReportFailure report,
                                       const std::optional<store::ClaimTasks>& next);

}  // namespace mpegflow::engine
