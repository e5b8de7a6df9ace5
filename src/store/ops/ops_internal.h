#pragma once

#include "base/json.h"
#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

// One function per op; each is one atomic step inside the driver's transaction.
base::Result<SubmitJob::Answer> run_op(Session& session, const SubmitJob& op);
base::Result<RegisterSession::Answer> run_op(Session& session, const RegisterSession& op);
base::Result<EndSession::Answer> run_op(Session& session, const EndSession& op);
base::Result<ClaimTasks::Answer> run_op(Session& session, const ClaimTasks& op);
base::Result<Heartbeat::Answer> run_op(Session& session, const Heartbeat& op);
base::Result<StageOutputs::Answer> run_op(Session& session, const StageOutputs& op);
base::Result<CommitAttempt::Answer> run_op(Session& session, const CommitAttempt& op);
base::Result<ReportFailure::Answer> run_op(Session& session, const ReportFailure& op);
base::Result<ReleaseClaim::Answer> run_op(Session& session, const ReleaseClaim& op);
base::Result<ReleaseDeadSession::Answer> run_op(Session& session, const ReleaseDeadSession& op);
base::Result<Sweep::Answer> run_op(Session& session, const Sweep& op);
base::Result<CancelJob::Answer> run_op(Session& session, const CancelJob& op);
base::Result<ReprocessJob::Answer> run_op(Session& session, const ReprocessJob& op);
base::Result<ReleaseHeld::Answer> run_op(Session& session, const ReleaseHeld& op);
base::Result<DoomOutputs::Answer> run_op(Session& session, const DoomOutputs& op);
base::Result<ForgetOutput::Answer> run_op(Session& session, const ForgetOutput& op);
base::Result<NoteOrphans::Answer> run_op(Session& session, const NoteOrphans& op);
base::Result<PruneRequests::Answer> run_op(Session& session, const PruneRequests& op);
base::Result<PruneSessions::Answer> run_op(Session& session, const PruneSessions& op);
base::Result<RemoveJob::Answer> run_op(Session& session, const RemoveJob& op);
base::Result<RemoveLogs::Answer> run_op(Session& session, const RemoveLogs& op);
base::Result<FinishRemoval::Answer> run_op(Session& session, const FinishRemoval& op);
base::Result<SetLane::Answer> run_op(Session& session, const SetLane& op);
base::Result<SetTenantCap::Answer> run_op(Session& session, const SetTenantCap& op);
base::Result<ReprocessDeadLetters::Answer> run_op(Session& session, const ReprocessDeadLetters& op);
base::Result<SetPool::Answer> run_op(Session& session, const SetPool& op);
base::Result<QuarantineHost::Answer> run_op(Session& session, const QuarantineHost& op);
base::Result<ReleaseHost::Answer> run_op(Session& session, const ReleaseHost& op);
base::Result<SetSubscriptions::Answer> run_op(Session& session, const SetSubscriptions& op);
base::Result<ClaimDeliveries::Answer> run_op(Session& session, const ClaimDeliveries& op);
base::Result<SettleDelivery::Answer> run_op(Session& session, const SettleDelivery& op);
base::Result<CreateApiKey::Answer> run_op(Session& session, const CreateApiKey& op);
base::Result<RevokeApiKey::Answer> run_op(Session& session, const RevokeApiKey& op);

/// Ends the session, if it has not ended, and takes its slots out of its pools. Its leases must be
/// gone before.
base::Result<void> end_session(Session& session, const base::SessionId& id);

/// Writes down who changed what may be had of a subject: "lane NAME", "tenant NAME", "host NAME".
base::Result<void> record_change(Session& session, const std::string& subject,
                                 const std::string& who, const base::json::object& change);

/// Inserts tasks and edges of a job, all blocked first, then lets those run that wait for nothing.
/// A task that exists already is left alone, so planning twice gives the same graph.
base::Result<void> insert_tasks(Session& session, const JobRow& job,
                                const std::vector<NewTask>& tasks);

/// The task of a claim, if the claim is the task's last one; else superseded.
base::Result<TaskRow> load_claimed_task(Session& session, const Claim& claim);

/// Takes a lease back from a holder that does not know of it; costs nothing.
base::Result<void> return_lease(Session& session, const LeaseRow& lease, std::string_view why);

/// How a worker came to be lost.
enum class Loss {
  by_silence,   ///< it may still live and commit
  proved,       ///< its process is gone
  with_engine,  ///< so it is, for the engine was in it and was restarted: costs nothing
};

/// Failure by loss: charged to n_lost alone; decides whether the task may run again.
base::Result<void> lose_lease(Session& session, const LeaseRow& lease, std::string_view record,
                              Loss loss, std::string_view why);

}  // namespace mpegflow::store
