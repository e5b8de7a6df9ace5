#include <fmt/format.h>

#include "base/ids.h"
#include "base/mutant.h"
#include "store/ops/hosts.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/ops/turns.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

base::Result<ClaimTasks::Granted> describe(Session& session, const Claim& claim, TaskRow task) {
  ClaimTasks::Granted granted{claim, std::move(task), {}};
  ASSIGN_OR_RETURN(const Rows parents, session.run("tasks_needed", {claim.task.value}));
  for (const Row& row : parents) granted.parents.push_back(to_task(row));
  return granted;
}

base::ClaimId claim_id_of(const ClaimTasks& op, std::int64_t number) {
  return base::ClaimId(base::derive_id(fmt::format("{}/{}", op.request.value, number)));
}

/// Claims of this very request that still stand.
base::Result<std::vector<ClaimTasks::Granted>> find_repeated(Session& session,
                                                             const ClaimTasks& op) {
  std::vector<ClaimTasks::Granted> granted;
  for (std::int64_t i = 0; i < op.count; ++i) {
    ASSIGN_OR_RETURN(const Rows leases, session.run("lease_by_claim", {claim_id_of(op, i).value}));
    if (leases.empty()) continue;
    const LeaseRow lease = to_lease(leases.front());
    ASSIGN_OR_RETURN(TaskRow task, load_task(session, lease.task));
    ASSIGN_OR_RETURN(auto one,
                     describe(session, {lease.task, lease.fence, lease.claim}, std::move(task)));
    granted.push_back(std::move(one));
  }
  return granted;
}

/// Takes up to `count` tasks and leases each at once, so that the next one's turn is decided by
/// what stands then.
base::Result<std::vector<ClaimTasks::Granted>> grant_new(Session& session, const ClaimTasks& op) {
  std::vector<ClaimTasks::Granted> granted;
  ASSIGN_OR_RETURN(Turns turns, Turns::load(session, op));
  for (std::int64_t i = 0; i < op.count; ++i) {
    ASSIGN_OR_RETURN(auto taken,
                     op.only_job.empty() ? turns.take(session) : take_of_job(session, op));
    if (!taken && !op.only_job.empty() && granted.empty()) {
      ASSIGN_OR_RETURN(const bool has_changed, give_up_unmet_of_run(session, op.only_job));
      if (has_changed) {
        ASSIGN_OR_RETURN(taken, take_of_job(session, op));
      }
    }
    if (!taken) break;
    ASSIGN_OR_RETURN(TaskRow task, load_task(session, *taken));
    ASSIGN_OR_RETURN(const Claim claim, grant_lease(session, task, claim_id_of(op, i), op.session));
    ASSIGN_OR_RETURN(auto one, describe(session, claim, std::move(task)));
    granted.push_back(std::move(one));
  }
  return granted;
}

}  // namespace

base::Result<ClaimTasks::Answer> run_op(Session& session, const ClaimTasks& op) {
  RETURN_IF_ERROR(check_quarantine(session, op));
  ASSIGN_OR_RETURN(const auto touched,
                   session.change("touch_session", {op.session.value, session.now().us}));
  if (touched == 0)
    return base::fail(base::ErrorCode::superseded,
                      fmt::format("session {} has ended; register again", op.session.value));
  ASSIGN_OR_RETURN(const Rows seen, session.run("find_request", {op.request.value}));
  if (!seen.empty() && !MPEGFLOW_MUTANT(repeated_claim_claims_more)) {
    ASSIGN_OR_RETURN(auto repeated, find_repeated(session, op));
    return ClaimTasks::Answer{std::move(repeated)};
  }
  ClaimTasks::Answer answer;
  ASSIGN_OR_RETURN(answer.granted, grant_new(session, op));
  // An empty answer is not worth a row: asking again may give something.
  if (!answer.granted.empty())
    RETURN_IF_ERROR(session.run("insert_request", {op.request.value, "claimed", session.now().us}));
  return answer;
}

}  // namespace mpegflow::store
