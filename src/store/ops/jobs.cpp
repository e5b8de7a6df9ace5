#include <cstdlib>

#include <fmt/format.h>

#include "base/mutant.h"
#include "core/lease/brake.h"
#include "store/ops/admission.h"
#include "store/ops/needs.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::TaskEvent;
using queue::TaskState;

constexpr std::int64_t kSweepBatch = 256;

base::Result<std::vector<TaskRow>> load_tasks(Session& session, const base::JobId& job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("tasks_of_job", {job.value}));
  std::vector<TaskRow> tasks;
  for (const Row& row : rows) tasks.push_back(to_task(row));
  return tasks;
}

/// Whether silent sessions may be expired now; what was decided is kept for every server.
base::Result<lease::BrakeDecision> decide_on_silence(Session& session, const Sweep& op,
                                                     std::int64_t silent_sessions) {
  lease::Silence silence;
  ASSIGN_OR_RETURN(const Rows open, session.run("count_open_sessions", {}));
  ASSIGN_OR_RETURN(const Rows since, session.run("get_meta", {"braking_since_us"}));
  silence.open_sessions = open.front().number(0);
  silence.silent_sessions = silent_sessions;
  silence.listening = base::Micros(op.listening_us);
  silence.ttl = base::Micros(op.session_ttl_us);
  silence.now = session.now();
  if (!since.empty() && !since.front().text(0).empty())
    silence.braking_since =
        base::WallTime{std::strtoll(since.front().text(0).c_str(), nullptr, 10)};
  const lease::BrakeDecision decision = lease::judge_silence(silence);
  if (decision.braking_since != silence.braking_since)
    RETURN_IF_ERROR(session.run(
        "set_meta",
        {"braking_since_us",
         decision.braking_since ? std::to_string(decision.braking_since->us) : std::string()}));
  return decision;
}

base::Result<void> expire_silent_sessions(Session& session, const Sweep& op,
                                          Sweep::Answer& answer) {
  ASSIGN_OR_RETURN(const Rows silent,
                   session.run("silent_sessions", {session.now().us - op.session_ttl_us}));
  ASSIGN_OR_RETURN(const lease::BrakeDecision decision,
                   decide_on_silence(session, op, static_cast<std::int64_t>(silent.size())));
  // A server that is young judges nobody, and has nothing to warn of.
  answer.is_braking = !decision.may_expire && decision.braking_since.has_value();
  if (!decision.may_expire) return {};
  for (const Row& row : silent) {
    ASSIGN_OR_RETURN(const Rows leases, session.run("leases_of_session", {row.text(0)}));
    for (const Row& lease : leases) {
      RETURN_IF_ERROR(lose_lease(session, to_lease(lease), "", Loss::by_silence,
                                 "the worker was silent for longer than its lease"));
      ++answer.leases_expired;
    }
    RETURN_IF_ERROR(end_session(session, base::SessionId(row.text(0))));
  }
  return {};
}

/// Tasks that have waited long enough in their queue go to the one that their job names.
base::Result<std::int64_t> hop_due_tasks(Session& session, const base::JobId& only_job) {
  ASSIGN_OR_RETURN(const Rows due,
                   session.run("due_hops", {session.now().us, only_job.value, kSweepBatch}));
  for (const Row& row : due) {
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(row.text(0))));
    ASSIGN_OR_RETURN(const Rows schedule, session.run("job_schedule", {task.job.value}));
    const std::string& lane = schedule.front().text(2);
    const std::string& pool = schedule.front().text(3);
    TransitionDetail detail;
    detail.move = Queue{lane.empty() ? task.lane : lane, pool.empty() ? task.pool : pool};
    RETURN_IF_ERROR(apply_event(session, task, TaskEvent::hopped, std::move(detail)));
  }
  return static_cast<std::int64_t>(due.size());
}

}  // namespace

base::Result<Sweep::Answer> run_op(Session& session, const Sweep& op) {
  Sweep::Answer answer;
  ASSIGN_OR_RETURN(const Rows due,
                   session.run("due_timers", {session.now().us, op.only_job.value, kSweepBatch}));
  for (const Row& row : due) {
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(row.text(0))));
    const bool is_start = task.state == TaskState::blocked;
    RETURN_IF_ERROR(
        apply_event(session, task, is_start ? TaskEvent::start_due : TaskEvent::retry_due, {}));
    ++(is_start ? answer.starts_due : answer.retries_due);
  }
  ASSIGN_OR_RETURN(answer.hops_due, hop_due_tasks(session, op.only_job));
  if (op.session_ttl_us > 0) RETURN_IF_ERROR(expire_silent_sessions(session, op, answer));
  RETURN_IF_ERROR(settle_unmet(session));
  RETURN_IF_ERROR(settle_waiting(session));
  for (const std::string_view query : {"next_timer", "next_hop"}) {
    ASSIGN_OR_RETURN(const Rows next, session.run(query, {op.only_job.value}));
    if (next.empty() || next.front().is_null(0)) continue;
    const base::WallTime moment{next.front().number(0)};
    if (!answer.next_due || moment < *answer.next_due) answer.next_due = moment;
  }
  return answer;
}

base::Result<CancelJob::Answer> run_op(Session& session, const CancelJob& op) {
  ASSIGN_OR_RETURN(const auto tasks, load_tasks(session, op.job));
  base::json::object body;
  if (!op.why.empty()) body["why"] = op.why;
  for (const TaskRow& listed : tasks) {
    // Cancelling one task may already have cancelled those that need it.
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, listed.id));
    if (queue::next_state(task.state, TaskEvent::cancel_requested) ||
        (MPEGFLOW_MUTANT(terminal_not_absorbing) && task.state == TaskState::succeeded))
      RETURN_IF_ERROR(apply_event(session, task, TaskEvent::cancel_requested, {body, {}}));
  }
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, op.job));
  return CancelJob::Answer{job.state};
}

base::Result<ReleaseHeld::Answer> run_op(Session& session, const ReleaseHeld& op) {
  ReleaseHeld::Answer answer;
  RETURN_IF_ERROR(load_job(session, op.job));
  ASSIGN_OR_RETURN(const auto tasks, load_tasks(session, op.job));
  for (const TaskRow& task : tasks) {
    if (task.state != TaskState::held) continue;
    RETURN_IF_ERROR(session.run("reset_task_budgets", {task.id.value}));
    RETURN_IF_ERROR(apply_event(session, task, TaskEvent::released, {}));
    ++answer.tasks;
  }
  return answer;
}

}  // namespace mpegflow::store
