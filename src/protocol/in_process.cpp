#include "protocol/in_process.h"

#include <algorithm>
#include <set>

#include "core/lease/deadline.h"
#include "core/queue/room.h"
#include "core/submit/read_spec.h"
#include "engine/release_dead_worker.h"
#include "protocol/wire/messages.h"
#include "store/reads.h"
#include "store/snapshot.h"

namespace mpegflow::protocol {
namespace {

/// Longer than an answer may be under way. Where silence is judged, a worker stands still before
/// that and asks when it comes back.
constexpr base::Micros kUnknownLeaseGrace = std::chrono::minutes(5);

base::Micros unknown_grace(const RegisterAnswer& terms) {
  if (terms.session_ttl.count() == 0) return kUnknownLeaseGrace;
  return std::min(kUnknownLeaseGrace, base::Micros(3 * terms.session_ttl));
}

base::Result<std::vector<AssignedInput>> describe_inputs(store::Store& store,
                                                         const base::JobId& job) {
  ASSIGN_OR_RETURN(const auto rows, store::list_inputs(store, job));
  std::vector<AssignedInput> inputs;
  for (const store::InputRow& row : rows)
    inputs.push_back(
        {row.key, row.uri, row.identity, row.sha256, row.probe, job.value + "/" + row.key});
  return inputs;
}

base::Result<std::vector<AssignedParent>> describe_parents(
    const std::vector<store::TaskRow>& parents, const std::vector<store::OutputRow>& outputs) {
  std::vector<AssignedParent> described;
  for (const store::TaskRow& row : parents) {
    AssignedParent parent{row.key, row.kind, row.result.value_or("{}"), {}};
    for (const store::OutputRow& output : outputs)
      if (output.task == row.id) parent.outputs.push_back(output);
    described.push_back(std::move(parent));
  }
  return described;
}

base::Result<std::int64_t> find_memory_limit(store::Store& store, const store::TaskRow& task,
                                             std::int64_t asked) {
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(store));
  const auto pool = std::ranges::find(pools, task.pool, &store::PoolRow::name);
  const std::int64_t given = pool == pools.end() ? 0 : pool->memory_per_task_bytes;
  return queue::find_memory_limit(asked, given, task.n_memory);
}

base::Result<Assignment> describe(store::Store& store, const store::ClaimTasks::Granted& granted) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, granted.task.job));
  base::check(job.has_value(), "a claimed task belongs to a job");
  ASSIGN_OR_RETURN(const auto spec, base::parse_json(job->spec, "spec"));
  const base::json::object limits = base::object_or(spec.get_object(), "limits");
  ASSIGN_OR_RETURN(auto outputs, store::list_committed_outputs(store, job->id));
  Assignment assignment;
  assignment.claim = granted.claim;
  assignment.job = job->id;
  assignment.task_key = granted.task.key;
  assignment.kind = granted.task.kind;
  assignment.params = granted.task.params;
  assignment.scratch_uri = job->scratch_uri;
  assignment.encoder_revision = granted.task.encoder_revision;
  ASSIGN_OR_RETURN(assignment.memory_limit,
                   find_memory_limit(store, granted.task, base::int_or(limits, "memory")));
  assignment.deadline = lease::attempt_deadline(
      base::Micros(static_cast<std::int64_t>(base::double_or(limits, "timeout") * 1e6)));
  ASSIGN_OR_RETURN(assignment.inputs, describe_inputs(store, job->id));
  ASSIGN_OR_RETURN(assignment.parents, describe_parents(granted.parents, outputs));
  if (granted.task.kind == queue::TaskKind::deliver) {
    ASSIGN_OR_RETURN(assignment.job_outputs, store::list_final_outputs(store, job->id));
    ASSIGN_OR_RETURN(assignment.published, store::list_published(store, job->output_uri));
    ASSIGN_OR_RETURN(assignment.publishing, store::list_publishing(store, job->output_uri));
  }
  return assignment;
}

store::ClaimTasks to_op(const ClaimRequest& request) {
  return {request.request,  request.session, request.pools,
          request.only_job, request.count,   request.free_scratch_bytes};
}

std::optional<store::ClaimTasks> to_op(const std::optional<ClaimRequest>& request) {
  return request ? std::optional(to_op(*request)) : std::nullopt;
}

engine::DeadWorker to_dead_worker(const RegisterRequest& request, const EndedSession& ended) {
  engine::DeadWorker worker{ended.session, request.host, ended.proof, {}};
  for (const LostAttempt& attempt : ended.attempts)
    worker.logs.push_back({attempt.claim, attempt.stderr_key, attempt.stderr_bytes});
  return worker;
}

}  // namespace

base::Result<RegisterAnswer> InProcessProtocol::register_session(const RegisterRequest& request) {
  ASSIGN_OR_RETURN(const std::int64_t protocol,
                   wire::agree_on_protocol(request.oldest_protocol, request.protocol));
  store::RegisterSession op;
  op.session.id = request.session;
  op.session.host = request.host;
  op.session.boot_id = request.boot_id;
  op.session.pid = request.pid;
  op.session.lock_path = request.lock_path;
  op.session.encoder_revision = request.encoder.id;
  op.session.facts = base::to_canonical_json(request.facts);
  if (!request.encoder.id.empty()) op.encoder_revision = request.encoder;
  op.pools = request.pools;
  op.slots = request.slots;
  RETURN_IF_ERROR(store_.execute(std::move(op)));
  for (const EndedSession& ended : request.ended) {
    RETURN_IF_ERROR(engine::release_dead_worker(store_, to_dead_worker(request, ended)));
    changes_.notify();
  }
  RegisterAnswer answer = terms_;
  answer.protocol = protocol;
  return answer;
}

base::Result<std::vector<Assignment>> InProcessProtocol::describe_all(
    const base::SessionId& session, const std::vector<store::ClaimTasks::Granted>& granted) {
  std::vector<Assignment> assignments;
  if (granted.empty()) return assignments;
  RETURN_IF_ERROR(store::read_at_once(store_, [&](store::Store& snapshot) -> base::Result<void> {
    assignments.clear();
    for (const auto& one : granted) {
      ASSIGN_OR_RETURN(Assignment assignment, describe(snapshot, one));
      assignment.session = session;
      assignments.push_back(std::move(assignment));
    }
    return {};
  }));
  return assignments;
}

base::Result<std::vector<Assignment>> InProcessProtocol::claim(const ClaimRequest& request) {
  const std::uint64_t seen = changes_.count();
  const store::ClaimTasks op = to_op(request);
  ASSIGN_OR_RETURN(auto answer, store_.execute(op));
  if (answer.granted.empty() && request.wait.count() > 0 && !is_waiting_over_) {
    changes_.wait_beyond(seen, request.wait);
    ASSIGN_OR_RETURN(answer, store_.execute(op));
  }
  ASSIGN_OR_RETURN(auto assignments, describe_all(request.session, answer.granted));
  if (!assignments.empty()) changes_.notify();
  return assignments;
}

void InProcessProtocol::end_waiting() {
  // Set before the change is told: a claim sees the one or, having counted before, the other.
  is_waiting_over_ = true;
  changes_.notify();
}

base::Result<HeartbeatAnswer> InProcessProtocol::heartbeat(const HeartbeatRequest& request) {
  const base::Micros grace = request.is_partial ? base::Micros(0)
                             : request.is_last  ? base::Micros(1)
                                                : unknown_grace(terms_);
  ASSIGN_OR_RETURN(auto answer, store_.execute(store::Heartbeat{request.session, request.running,
                                                                grace.count(), request.pause}));
  if (request.is_last) {
    RETURN_IF_ERROR(store_.execute(store::EndSession{request.session}));
    changes_.notify();
  }
  return HeartbeatAnswer{std::move(answer)};
}

base::Result<void> InProcessProtocol::stage(const StageRequest& request) {
  return store_.execute(store::StageOutputs{request.claim, request.outputs, request.publishing})
      .map([](const auto&) {});
}

base::Result<TaskAnswer> InProcessProtocol::commit(const CommitRequest& request) {
  store::CommitAttempt op;
  op.request = request.request;
  op.claim = request.claim;
  op.record = request.record;
  op.result = request.result;
  op.outputs = request.outputs;
  op.inputs = request.inputs;
  op.published = request.published;
  ASSIGN_OR_RETURN(const auto settled,
                   engine::commit_and_claim(store_, std::move(op), to_op(request.next)));
  return to_answer(settled, request.next);
}

base::Result<TaskAnswer> InProcessProtocol::report(const ReportRequest& request) {
  ASSIGN_OR_RETURN(const auto settled,
                   engine::report_and_claim(store_,
                                            {request.request, request.claim, request.finding,
                                             request.record, request.inputs, entropy_.draw()},
                                            to_op(request.next)));
  return to_answer(settled, request.next);
}

base::Result<TaskAnswer> InProcessProtocol::to_answer(const engine::Settled& settled,
                                                      const std::optional<ClaimRequest>& next) {
  changes_.notify();
  TaskAnswer answer{settled.state, settled.retry_at};
  if (next) {
    // The attempt is settled whatever becomes of this; leases that nobody hears of are given back.
    auto described = describe_all(next->session, settled.granted);
    if (described) answer.next = std::move(*described);
  }
  return answer;
}

base::Result<TaskAnswer> InProcessProtocol::released(const ReleaseRequest& request) {
  ASSIGN_OR_RETURN(const auto answer,
                   store_.execute(store::ReleaseClaim{request.request, request.claim, request.why,
                                                      request.record}));
  changes_.notify();
  return TaskAnswer{answer.state, {}};
}

}  // namespace mpegflow::protocol
