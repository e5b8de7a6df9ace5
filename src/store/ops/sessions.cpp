#include <algorithm>

#include "base/json.h"
#include "base/mutant.h"
#include "store/ops/holder.h"
#include "store/ops/loads.h"
#include "store/ops/needs.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/reads.h"

namespace mpegflow::store {

namespace {

/// Of the facts of a worker; 0 = it does not say.
std::int64_t read_memory(const std::string& facts) {
  const auto value = base::parse_json(facts, "facts of a worker");
  return value && value->is_object() ? base::int_or(value->get_object(), "memory_bytes") : 0;
}

}  // namespace

base::Result<RegisterSession::Answer> run_op(Session& session, const RegisterSession& op) {
  if (const auto& revision = op.encoder_revision)
    RETURN_IF_ERROR(session.run("upsert_encoder_revision",
                                {revision->id.value, revision->path, revision->version,
                                 revision->configuration, revision->facts, session.now().us}));
  const SessionRow& row = op.session;
  ASSIGN_OR_RETURN(
      const Rows inserted,
      session.run("insert_session", {row.id.value, row.host, row.boot_id, row.pid, row.lock_path,
                                     row.encoder_revision.value, row.facts, session.now().us,
                                     read_memory(row.facts)}));
  if (inserted.empty()) return RegisterSession::Answer{};  // our own request, repeated
  for (const std::string& pool : op.pools) {
    ASSIGN_OR_RETURN(const Rows fresh,
                     session.run("insert_session_pool", {row.id.value, pool, op.slots}));
    if (!fresh.empty()) add_to_pool(session, pool, {.slots = op.slots});
  }
  RETURN_IF_ERROR(welcome_worker(session, op));
  return RegisterSession::Answer{};
}

base::Result<void> end_session(Session& session, const base::SessionId& id) {
  RETURN_IF_ERROR(session.run("end_session", {id.value, session.now().us}));
  ASSIGN_OR_RETURN(const Rows pools, session.run("delete_session_pools", {id.value}));
  RETURN_IF_ERROR(session.run("delete_session_meets", {id.value}));
  for (const Row& pool : pools) add_to_pool(session, pool.text(0), {.slots = -pool.number(1)});
  forget_holder(session, id);
  return {};
}

base::Result<EndSession::Answer> run_op(Session& session, const EndSession& op) {
  ASSIGN_OR_RETURN(const Rows leases, session.run("leases_of_session", {op.session.value}));
  for (const Row& row : leases)
    RETURN_IF_ERROR(lose_lease(session, to_lease(row), "", Loss::proved, "the session ended"));
  RETURN_IF_ERROR(end_session(session, op.session));
  return EndSession::Answer{};
}

namespace {

/// A claim request that arrives late, or twice, may be granted a task when nobody listens any more;
/// without this its lease would live as long as the session.
base::Result<void> return_unknown_leases(Session& session, const Heartbeat& op) {
  ASSIGN_OR_RETURN(const Rows leases, session.run("leases_of_session", {op.session.value}));
  for (const Row& row : leases) {
    const LeaseRow lease = to_lease(row);
    const Claim claim{lease.task, lease.fence, lease.claim};
    const bool is_known =
        std::ranges::find(op.running, claim, &Heartbeat::Running::claim) != op.running.end();
    if (is_known || MPEGFLOW_MUTANT(unknown_lease_kept) ||
        session.now().us - lease.granted.us <= op.unknown_grace_us)
      continue;
    RETURN_IF_ERROR(return_lease(session, lease, "its holder does not know of it"));
  }
  return {};
}

}  // namespace

namespace {

/// What the store says of one claim that a worker shows, and the record that came with it.
base::Result<void> hear(Session& session, const Heartbeat::Running& running,
                        Heartbeat::Answer& answer) {
  const Claim& claim = running.claim;
  const auto task = load_claimed_task(session, claim);
  if (!task && task.error().code != base::ErrorCode::superseded)
    return tl::unexpected(task.error());
  if (!task && MPEGFLOW_MUTANT(superseded_not_told)) return {};
  if (!task || is_terminal(task->state)) {
    answer.superseded.push_back(claim);
    return {};
  }
  ASSIGN_OR_RETURN(const Rows lease, session.run("lease_of_task", {claim.task.value}));
  if (lease.empty()) {
    // Its time is over, but the fence is still its own until the next claim: it may go on.
    answer.expired.push_back(claim);
    if (!running.record) return {};
    return session
        .run("set_lost_attempt_record",
             {claim.task.value, claim.fence, claim.id.value, *running.record})
        .map([](const Rows&) {});
  }
  if (task->state == queue::TaskState::cancelling) answer.cancelling.push_back(claim);
  if (!running.record) return {};
  return session
      .run("set_attempt_record",
           {claim.task.value, claim.fence, claim.id.value, *running.record, "running", {}})
      .map([](const Rows&) {});
}

base::Result<std::int64_t> touch(Session& session, const Heartbeat& op) {
  const std::int64_t now = session.now().us;
  if (!op.pause) return session.change("touch_session", {op.session.value, now});
  return session.change("touch_session_saying",
                        {op.session.value, now, std::string(to_word(*op.pause))});
}

}  // namespace

base::Result<Heartbeat::Answer> run_op(Session& session, const Heartbeat& op) {
  Heartbeat::Answer answer;
  ASSIGN_OR_RETURN(const auto touched, touch(session, op));
  answer.session_known = touched > 0;
  for (const auto& running : op.running) RETURN_IF_ERROR(hear(session, running, answer));
  if (op.unknown_grace_us > 0) RETURN_IF_ERROR(return_unknown_leases(session, op));
  return answer;
}

base::Result<ReleaseDeadSession::Answer> run_op(Session& session, const ReleaseDeadSession& op) {
  ReleaseDeadSession::Answer answer;
  ASSIGN_OR_RETURN(const Rows leases, session.run("leases_of_session", {op.session.value}));
  for (const Row& row : leases) {
    const LeaseRow lease = to_lease(row);
    const auto record = op.records.find(lease.task.value);
    RETURN_IF_ERROR(lose_lease(session, lease, record == op.records.end() ? "" : record->second,
                               op.is_free ? Loss::with_engine : Loss::proved, op.proof));
    answer.released.push_back({lease.task, lease.fence, lease.claim});
  }
  RETURN_IF_ERROR(end_session(session, op.session));
  return answer;
}

}  // namespace mpegflow::store
