#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/mutant.h"
#include "base/text.h"
#include "core/audit/attempt_record.h"
#include "core/retry/policy_record.h"
#include "store/ops/hosts.h"
#include "store/ops/needs.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/ops/turns.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::TaskEvent;
using queue::TaskState;

base::Result<void> close_attempt(Session& session, const Claim& claim, std::string_view record,
                                 std::string_view outcome) {
  std::string kept(record);
  if (kept.empty()) {
    ASSIGN_OR_RETURN(const Rows rows, session.run("attempt_record",
                                                  {claim.task.value, claim.fence, claim.id.value}));
    kept = rows.empty() ? "{}" : rows.front().text(0);
  }
  if (outcome == "failed" || outcome == "lost") RETURN_IF_ERROR(avoid_host(session, claim));
  return session
      .run("set_attempt_record", {claim.task.value, claim.fence, claim.id.value, kept,
                                  std::string(outcome), session.now().us})
      .map([](const Rows&) {});
}

/// The claim's holder has let go of it, or is dead for sure. What it still has under way must not
/// commit: its outputs may be collected from now on, and a commit that finds none of them would be
/// one without outputs.
base::Result<void> give_up_claim(Session& session, const Claim& claim) {
  RETURN_IF_ERROR(session.run("doom_outputs", {claim.task.value, claim.fence, claim.id.value}));
  return session.run("clear_claim", {claim.task.value, claim.fence}).map([](const Rows&) {});
}

/// leased → ready at no cost.
base::Result<TaskState> give_back(Session& session, const TaskRow& task, const Claim& claim,
                                  std::string_view record, std::string_view why) {
  const bool was_cancelled = task.state == TaskState::cancelling;
  RETURN_IF_ERROR(give_up_claim(session, claim));
  RETURN_IF_ERROR(close_attempt(session, claim, record, was_cancelled ? "cancelled" : "released"));
  return apply_event(session, task,
                     was_cancelled ? TaskEvent::worker_stopped : TaskEvent::lease_released,
                     {{{"why", why}}, {}});
}

base::Result<void> keep_input_facts(Session& session, const base::JobId& job,
                                    const std::vector<InputFacts>& inputs) {
  for (const InputFacts& input : inputs) {
    const Value sha256 = input.sha256 ? Value(*input.sha256) : Value();
    const Value probe = input.probe ? Value(*input.probe) : Value();
    RETURN_IF_ERROR(session.run("set_input_facts", {job.value, input.key, sha256, probe}));
  }
  return {};
}

base::Result<void> replace_published(Session& session, const base::JobId& job,
                                     const Published& published) {
  RETURN_IF_ERROR(session.run("delete_publishing", {published.target_uri, ""}));
  RETURN_IF_ERROR(session.run("delete_published", {published.target_uri}));
  for (const PublishedRow& file : published.files)
    RETURN_IF_ERROR(session.run("insert_published", {published.target_uri, file.name, job.value,
                                                     file.size, file.sha256, file.mtime_ns}));
  return {};
}

base::Result<void> replace_publishing(Session& session, const base::JobId& job,
                                      const Published& tree) {
  RETURN_IF_ERROR(session.run("delete_publishing", {tree.target_uri, job.value}));
  for (const PublishedRow& file : tree.files)
    RETURN_IF_ERROR(session.run("insert_publishing", {tree.target_uri, job.value, file.name,
                                                      file.size, file.sha256, file.mtime_ns}));
  return {};
}

base::json::object describe(const retry::Finding& finding) {
  base::json::object body{{"bucket", to_word(finding.bucket)},
                          {"reason", finding.reason},
                          {"rule", finding.rule},
                          {"cause", finding.cause}};
  return body;
}

/// What a request was answered with; kept as "STATE" or "STATE RETRY_AT".
struct KeptAnswer {
  TaskState state = TaskState::ready;
  std::optional<base::WallTime> retry_at;
};

/// The answer given to this request before, if any.
base::Result<std::optional<KeptAnswer>> find_answer(Session& session,
                                                    const base::RequestId& request) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("find_request", {request.value}));
  if (rows.empty()) return std::optional<KeptAnswer>();
  const std::vector<std::string> words = base::split(rows.front().text(0), ' ');
  const auto state = queue::parse_task_state(words.front());
  if (!state)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("request id {} belongs to another call", request.value));
  KeptAnswer answer{*state, {}};
  if (words.size() > 1)
    answer.retry_at = base::WallTime{std::strtoll(words[1].c_str(), nullptr, 10)};
  return std::optional<KeptAnswer>(answer);
}

base::Result<void> keep_answer(Session& session, const base::RequestId& request, TaskState state,
                               std::optional<base::WallTime> retry_at = std::nullopt) {
  std::string text(to_word(state));
  if (retry_at) text += fmt::format(" {}", retry_at->us);
  return session.run("insert_request", {request.value, text, session.now().us})
      .map([](const Rows&) {});
}

/// The counters after a finding are written as what was added to the row's.
base::Result<void> charge(Session& session, const TaskRow& task, const retry::Finding& finding,
                          const retry::Counters& after) {
  return session
      .run("set_task_finding",
           {task.id.value, finding.reason, finding.cause, after.n_transient - task.n_transient,
            after.n_memory - task.n_memory, after.n_operational - task.n_operational,
            after.n_lost - task.n_lost})
      .map([](const Rows&) {});
}

retry::Counters counters_of(const TaskRow& task) {
  return {static_cast<int>(task.n_transient), static_cast<int>(task.n_memory),
          static_cast<int>(task.n_operational), static_cast<int>(task.n_lost), 0};
}

TaskEvent event_of(retry::Step step) {
  switch (step) {
    case retry::Step::retry: return TaskEvent::retry_scheduled;
    case retry::Step::hold: return TaskEvent::needs_fix;
    case retry::Step::failed_input: return TaskEvent::input_rejected;
    case retry::Step::failed_spec: return TaskEvent::spec_rejected;
    default: return TaskEvent::retries_exhausted;
  }
}

retry::RetryPolicy policy_of(const TaskRow& task) {
  const auto record = base::parse_json(task.policy, "retry policy");
  return retry::parse_retry_policy(record && record->is_object() ? record->get_object()
                                                                 : base::json::object{});
}

base::Result<std::vector<retry::Pool>> load_pools(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("all_pools", {}));
  std::vector<retry::Pool> pools;
  for (const Row& row : rows) {
    PoolRow pool = to_pool(row);
    pools.push_back({std::move(pool.name), pool.memory_per_task_bytes, std::move(pool.next_pool)});
  }
  return pools;
}

std::int64_t read_peak(std::string_view record) {
  const auto value = base::parse_json(record, "attempt record");
  if (!value || !value->is_object()) return 0;
  return audit::parse_attempt_record(value->get_object()).peak_anonymous_bytes;
}

/// The verdict on a finding at the task. Only what happened since the last reprocess counts.
base::Result<retry::Verdict> judge(Session& session, const TaskRow& task,
                                   const retry::Finding& finding, std::string_view record,
                                   std::uint64_t draw) {
  ASSIGN_OR_RETURN(const Rows since,
                   session.run("fence_of_last_reprocess", {task.job.value, task.id.value}));
  const std::int64_t fence = since.front().number(0);
  ASSIGN_OR_RETURN(const Rows first, session.run("first_claim_after", {task.id.value, fence}));
  ASSIGN_OR_RETURN(const Rows hosts, session.run("lost_hosts", {task.id.value, fence}));
  ASSIGN_OR_RETURN(const auto pools, load_pools(session));
  const std::int64_t begin = first.front().find_number(0).value_or(session.now().us);
  ASSIGN_OR_RETURN(const Rows at_work, session.run("count_hosts_at_work", {}));
  const retry::Circumstances circumstances{task.pool, pools, read_peak(record),
                                           base::Micros(session.now().us - begin),
                                           at_work.front().number(0)};
  retry::Counters counters = counters_of(task);
  counters.n_lost_hosts = static_cast<int>(hosts.size());
  return retry::decide(finding, counters, policy_of(task), draw, circumstances);
}

/// Where the next attempt waits, if not where the last one did.
std::optional<Queue> find_move(const TaskRow& task, const retry::Verdict& verdict) {
  if (verdict.pool.empty()) return std::nullopt;
  return Queue{task.lane, verdict.pool};
}

/// Whether the task may be held for what its pool lacks: it is to go on there, or to wait anyway.
bool may_wait_here(const retry::Verdict& verdict) {
  return verdict.step == retry::Step::hold ||
         (verdict.step == retry::Step::retry && verdict.pool.empty());
}

std::string tell_unmet(const TaskRow& task, const queue::Requirements& encoders) {
  return fmt::format("no worker of pool {} has {}; the task goes on when one that has it comes",
                     task.pool, queue::describe(encoders));
}

/// Whether the host that it happened on may be to blame.
bool is_of_the_host(const retry::Finding& finding, const retry::Verdict& verdict,
                    const TaskRow& task) {
  const bool is_counted = verdict.counters.n_transient > task.n_transient ||
                          verdict.counters.n_operational > task.n_operational ||
                          verdict.counters.n_lost > task.n_lost;
  return is_counted && finding.bucket != retry::Bucket::deterministic;
}

bool is_same_set(const Rows& rows, std::vector<std::string> keys) {
  std::vector<std::string> found;
  for (const Row& row : rows) found.push_back(row.text(0));
  std::ranges::sort(found);
  std::ranges::sort(keys);
  return found == keys;
}

}  // namespace

base::Result<TaskRow> load_claimed_task(Session& session, const Claim& claim) {
  auto found = load_task(session, claim.task);
  // A failover may have lost the task, or the whole job: the claim is no longer anybody's.
  if (!found && found.error().code == base::ErrorCode::not_found)
    return base::fail(base::ErrorCode::superseded, found.error().message);
  ASSIGN_OR_RETURN(TaskRow task, std::move(found));
  const bool is_last =
      MPEGFLOW_MUTANT(drop_fence_check) ||
      (task.fence == claim.fence && (MPEGFLOW_MUTANT(claim_id_ignored) || task.claim == claim.id));
  if (!is_last)
    return base::fail(
        base::ErrorCode::superseded,
        fmt::format("claim {} of task {} has been superseded", claim.fence, task.key));
  return task;
}

base::Result<StageOutputs::Answer> run_op(Session& session, const StageOutputs& op) {
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, op.claim));
  if (is_terminal(task.state) || task.state == TaskState::cancelling)
    return base::fail(
        base::ErrorCode::superseded,
        fmt::format("task {} is {}: nothing more is staged", task.key, to_word(task.state)));
  for (const OutputRow& output : op.outputs)
    RETURN_IF_ERROR(session.run(
        "insert_output", {output.object_key, op.claim.task.value, op.claim.fence, op.claim.id.value,
                          output.name, output.role, output.size, output.sha256, session.now().us}));
  if (op.publishing) RETURN_IF_ERROR(replace_publishing(session, task.job, *op.publishing));
  return StageOutputs::Answer{};
}

base::Result<CommitAttempt::Answer> run_op(Session& session, const CommitAttempt& op) {
  ASSIGN_OR_RETURN(const auto before, find_answer(session, op.request));
  if (before) return CommitAttempt::Answer{before->state};
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, op.claim));
  const bool is_cancelling =
      task.state == TaskState::cancelling && !MPEGFLOW_MUTANT(cancel_does_not_refuse_commit);
  const bool is_late = MPEGFLOW_MUTANT(late_commit_refused) && task.state != TaskState::leased;
  if (is_terminal(task.state) || is_cancelling || is_late)
    return base::fail(
        base::ErrorCode::superseded,
        fmt::format("task {} is {}: nothing more is committed", task.key, to_word(task.state)));
  ASSIGN_OR_RETURN(
      const Rows staged,
      session.run("staged_outputs", {op.claim.task.value, op.claim.fence, op.claim.id.value}));
  if (!is_same_set(staged, op.outputs) && !MPEGFLOW_MUTANT(commit_does_not_name_outputs))
    return base::fail(
        base::ErrorCode::superseded,
        fmt::format("task {} has other outputs staged than those to be committed", task.key));
  if (!staged.empty())
    RETURN_IF_ERROR(
        session.run("commit_outputs", {op.claim.task.value, op.claim.fence, op.claim.id.value}));
  RETURN_IF_ERROR(keep_input_facts(session, task.job, op.inputs));
  RETURN_IF_ERROR(close_attempt(session, op.claim, op.record, "succeeded"));
  if (op.published) RETURN_IF_ERROR(replace_published(session, task.job, *op.published));
  // Before the children are counted down: what the plan grew must stand when they are looked at.
  if (!op.expansion.empty()) {
    ASSIGN_OR_RETURN(const JobRow job, load_job(session, task.job));
    RETURN_IF_ERROR(insert_tasks(session, job, op.expansion));
  }
  TransitionDetail detail{{{"outputs", static_cast<std::int64_t>(staged.size())},
                           {"late", task.state != TaskState::leased}},
                          {}};
  detail.result = op.result;
  ASSIGN_OR_RETURN(const TaskState state,
                   apply_event(session, task, TaskEvent::outputs_committed, std::move(detail)));
  RETURN_IF_ERROR(note_host_success(session, op.claim));
  RETURN_IF_ERROR(keep_answer(session, op.request, state));
  return CommitAttempt::Answer{state};
}

namespace {

/// Somebody cancelled what the worker ran: asked for and done in one step.
base::Result<TaskState> cancel_leased(Session& session, const TaskRow& task,
                                      TransitionDetail detail) {
  RETURN_IF_ERROR(apply_event(session, task, TaskEvent::cancel_requested, {}));
  TaskRow cancelling = task;
  cancelling.state = TaskState::cancelling;
  return apply_event(session, cancelling, TaskEvent::worker_stopped, std::move(detail));
}

}  // namespace

base::Result<ReportFailure::Answer> run_op(Session& session, const ReportFailure& op) {
  ASSIGN_OR_RETURN(const auto before, find_answer(session, op.request));
  if (before) return ReportFailure::Answer{before->state, before->retry_at};
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, op.claim));
  if (task.state != TaskState::leased && task.state != TaskState::cancelling)
    return base::fail(base::ErrorCode::superseded,
                      fmt::format("task {} is {}: its worker's report comes too late", task.key,
                                  to_word(task.state)));
  RETURN_IF_ERROR(give_up_claim(session, op.claim));
  RETURN_IF_ERROR(keep_input_facts(session, task.job, op.inputs));
  ReportFailure::Answer answer;
  TransitionDetail detail{describe(op.finding), {}};
  if (task.state == TaskState::cancelling) {
    RETURN_IF_ERROR(close_attempt(session, op.claim, op.record, "cancelled"));
    ASSIGN_OR_RETURN(answer.state,
                     apply_event(session, task, TaskEvent::worker_stopped, std::move(detail)));
  } else {
    RETURN_IF_ERROR(close_attempt(session, op.claim, op.record, "failed"));
    ASSIGN_OR_RETURN(retry::Verdict verdict, judge(session, task, op.finding, op.record, op.draw));
    ASSIGN_OR_RETURN(const auto unmet, find_unmet_encoders(session, task, op.finding));
    // Trying it on one worker after the other would only tell the same of each.
    const bool is_unmet = !unmet.empty() && may_wait_here(verdict);
    retry::Finding finding = op.finding;
    if (is_unmet) {
      verdict.step = retry::Step::hold;
      verdict.why = finding.cause = tell_unmet(task, unmet);
    }
    RETURN_IF_ERROR(charge(session, task, finding, verdict.counters));
    if (!is_unmet && is_of_the_host(op.finding, verdict, task))
      RETURN_IF_ERROR(note_host_failure(session, op.claim, task.job, op.finding.reason));
    if (verdict.step == retry::Step::retry) {
      answer.retry_at = detail.retry_at = session.now() + verdict.wait;
      detail.move = find_move(task, verdict);
    }
    detail.body["why"] = verdict.why;
    if (verdict.step == retry::Step::cancelled) {
      ASSIGN_OR_RETURN(answer.state, cancel_leased(session, task, std::move(detail)));
    } else {
      ASSIGN_OR_RETURN(answer.state,
                       apply_event(session, task, event_of(verdict.step), std::move(detail)));
    }
    if (is_unmet) RETURN_IF_ERROR(await_worker(session, task, unmet));
  }
  RETURN_IF_ERROR(keep_answer(session, op.request, answer.state, answer.retry_at));
  return answer;
}

base::Result<ReleaseClaim::Answer> run_op(Session& session, const ReleaseClaim& op) {
  ASSIGN_OR_RETURN(const auto before, find_answer(session, op.request));
  if (before) return ReleaseClaim::Answer{before->state};
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, op.claim));
  if (task.state != TaskState::leased && task.state != TaskState::cancelling)
    return base::fail(
        base::ErrorCode::superseded,
        fmt::format("task {} is {}: there is nothing to give back", task.key, to_word(task.state)));
  ASSIGN_OR_RETURN(const TaskState state, give_back(session, task, op.claim, op.record, op.why));
  RETURN_IF_ERROR(keep_answer(session, op.request, state));
  return ReleaseClaim::Answer{state};
}

base::Result<void> return_lease(Session& session, const LeaseRow& lease, std::string_view why) {
  const Claim claim{lease.task, lease.fence, lease.claim};
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, claim));
  return give_back(session, task, claim, "", why).map([](TaskState) {});
}

namespace {

/// The task of a lost worker may not run again, or not before somebody acts.
base::Result<void> end_after_loss(Session& session, const TaskRow& task, const Claim& claim,
                                  const retry::Verdict& verdict, base::json::object body) {
  // The host count stands in the verdict's words; the reason is what groups them.
  const bool is_poison = verdict.counters.n_lost_hosts >= policy_of(task).poison_hosts;
  body["reason"] = is_poison ? "suspected_poison" : "lost_budget_spent";
  body["rule"] = "engine.lost";
  body["cause"] = verdict.why;
  RETURN_IF_ERROR(
      session.run("set_task_reason", {task.id.value, base::text_or(body, "reason"), verdict.why}));
  RETURN_IF_ERROR(give_up_claim(session, claim));
  return apply_event(session, task, event_of(verdict.step), {std::move(body), {}})
      .map([](TaskState) {});
}

}  // namespace

base::Result<void> lose_lease(Session& session, const LeaseRow& lease, std::string_view record,
                              Loss loss, std::string_view why) {
  const Claim claim{lease.task, lease.fence, lease.claim};
  ASSIGN_OR_RETURN(const TaskRow task, load_claimed_task(session, claim));
  RETURN_IF_ERROR(close_attempt(session, claim, record, "lost"));
  base::json::object body{{"why", why}};
  if (task.state == TaskState::cancelling) {
    RETURN_IF_ERROR(give_up_claim(session, claim));
    return apply_event(session, task, TaskEvent::lease_expired, {body, {}}).map([](TaskState) {});
  }
  if (loss == Loss::with_engine) {
    RETURN_IF_ERROR(give_up_claim(session, claim));
    return apply_event(session, task, TaskEvent::lease_released, {body, {}}).map([](TaskState) {});
  }
  const retry::Finding finding = retry::make_finding("lease_lost", "engine.lost");
  ASSIGN_OR_RETURN(const retry::Verdict verdict, judge(session, task, finding, "", 0));
  RETURN_IF_ERROR(
      session.run("set_task_finding", {task.id.value, task.reason, task.cause, std::int64_t{0},
                                       std::int64_t{0}, std::int64_t{0}, std::int64_t{1}}));
  RETURN_IF_ERROR(note_host_failure(session, claim, task.job, finding.reason));
  if (verdict.step != retry::Step::retry)
    return end_after_loss(session, task, claim, verdict, std::move(body));
  TransitionDetail detail{std::move(body), {}, {}, find_move(task, verdict)};
  if (loss == Loss::proved) {  // whoever ran it can commit no more
    RETURN_IF_ERROR(give_up_claim(session, claim));
    return apply_event(session, task, TaskEvent::lease_released, std::move(detail))
        .map([](TaskState) {});
  }
  // By silence: the holder may still live and commit, so its outputs stay staged and it keeps the
  // right to until the next claim.
  detail.retry_at = session.now();
  return apply_event(session, task, TaskEvent::retry_scheduled, std::move(detail))
      .map([](TaskState) {});
}

}  // namespace mpegflow::store
