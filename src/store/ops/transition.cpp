#include "store/ops/transition.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/mutant.h"
#include "core/plan/fallback.h"
#include "core/plan/requirements.h"
#include "core/queue/fair_share.h"
#include "store/ops/dead_letters.h"
#include "store/ops/events.h"
#include "store/ops/holder.h"
#include "store/ops/job_head.h"
#include "store/ops/needs.h"
#include "store/ops/outbox.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::TaskEvent;
using queue::TaskState;

constexpr std::int64_t kRecentWaits = 256;

std::optional<std::int64_t> only_if(bool condition, std::int64_t value) {
  if (!condition) return std::nullopt;
  return value;
}

Value to_value(std::optional<std::int64_t> number) {
  if (!number) return std::monostate();
  return *number;
}

/// Most jobs start when they come; a task of one that starts later may have a timer.
base::Result<void> forget_start(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  if (!job->start_us) return {};
  return session.run("delete_timer", {task.id.value}).map([](const Rows&) {});
}

base::Result<void> leave_state(Session& session, const TaskRow& task, const Place& place) {
  switch (task.state) {
    case TaskState::ready:
      count_ready(session, place, -1);
      return session.run("delete_ready", {task.id.value}).map([](const Rows&) {});
    case TaskState::capped: return unpark(session, task, place);
    case TaskState::blocked: return forget_start(session, task);
    case TaskState::backing_off:
      return session.run("delete_timer", {task.id.value}).map([](const Rows&) {});
    case TaskState::dead: return forget_death(session, task.id);
    case TaskState::held: return forget_need(session, task.id);
    default: return {};
  }
}

base::Result<void> end_lease(Session& session, const TaskRow& task, const Place& place) {
  ASSIGN_OR_RETURN(const Rows leases, session.run("lease_of_task", {task.id.value}));
  ASSIGN_OR_RETURN(const auto ended,
                   session.change("delete_lease", {task.id.value, task.fence, task.claim.value}));
  base::check(ended == 1, "a task that runs has a lease");
  ASSIGN_OR_RETURN(const Holder* holder, find_holder(session, to_lease(leases.front()).session));
  // A lease may be left of a session that is not there, after who knows what; fsck ends it.
  count_running(session, place, holder == nullptr ? Holder{} : *holder, -1);
  return {};
}

base::Result<void> forget_hop(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  if (job->hop_after_us == 0) return {};
  return session.run("delete_hop", {task.id.value}).map([](const Rows&) {});
}

/// Whether a task that becomes ready by the event begins to wait; one that was let in over no cap,
/// or changed its queue, has waited since it could have run.
bool starts_to_wait(TaskEvent event) {
  return event != TaskEvent::admitted && event != TaskEvent::hopped;
}

bool is_waiting(TaskState state) {
  return state == TaskState::ready || state == TaskState::capped;
}

/// Where in its lane a task goes that becomes ready by `event`. One that comes back has paid for
/// its place before and enters at the lane's present; one that waited over a cap keeps its place.
base::Result<std::int64_t> find_place_in_lane(Session& session, const TaskRow& task,
                                              const Place& place, TaskEvent event) {
  ASSIGN_OR_RETURN(const auto lane, find_lane(session, task.pool, task.lane));
  const std::int64_t present = lane ? lane->vtime : 0;
  if (event == TaskEvent::admitted) return std::max(present, task.vtime);
  if (event == TaskEvent::retry_due || event == TaskEvent::lease_released) return present;
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  ASSIGN_OR_RETURN(const std::int64_t finish, find_finish(session, place));
  const auto share = queue::plan_fair_share(present, finish, task.expected_cpu_us, job->priority);
  add_to_tenant(session, place, {.finish = share.finish});
  return share.start;
}

/// A task whose job says so may wait so long in this queue, then goes to another.
base::Result<void> expect_hop(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  if (job->hop_after_us == 0) return {};
  const std::int64_t due = session.now().us + job->hop_after_us;
  return session.run("insert_hop", {due, task.id.value}).map([](const Rows&) {});
}

base::Result<void> enter_ready(Session& session, const TaskRow& task, const Place& place,
                               TaskEvent event) {
  if (starts_to_wait(event)) RETURN_IF_ERROR(expect_hop(session, task));
  count_ready(session, place, 1);
  return session
      .run("insert_ready", {task.pool, task.lane, task.vtime, task.id.value, task.job.value,
                            place.tenant, task.requirements})
      .map([](const Rows&) {});
}

base::Result<void> move_queue(Session& session, TaskRow& task, const Queue& queue,
                              base::json::object& body) {
  body["from_lane"] = task.lane;
  body["from_pool"] = task.pool;
  body["lane"] = task.lane = queue.lane;
  body["pool"] = task.pool = queue.pool;
  return session.run("set_task_queue", {task.id.value, task.lane, task.pool}).map([](const Rows&) {
  });
}

/// The waits of the last claims are kept, each in the place of the one so many claims before.
base::Result<void> keep_wait(Session& session, const Place& place, std::int64_t waited_us) {
  add_to_lane(session, place.pool, place.lane, {.grants = 1});
  ASSIGN_OR_RETURN(const auto lane, find_lane(session, place.pool, place.lane));
  base::check(lane.has_value(), "a lane with a ready task is one of ours");
  return session.run("keep_wait", {place.pool, place.lane, lane->grants % kRecentWaits, waited_us})
      .map([](const Rows&) {});
}

/// What a task has and does in the state that it enters.
base::Result<void> enter_state(Session& session, const TaskRow& task, const Place& place,
                               TaskEvent event, TaskState next, TransitionDetail& detail) {
  if (next == TaskState::ready) return enter_ready(session, task, place, event);
  if (next == TaskState::capped) {
    base::check(detail.gate.has_value(), "a task over a cap knows at which gate it waits");
    detail.body["gate"] = to_word(*detail.gate);
    return park(session, task, place, *detail.gate);
  }
  if (next == TaskState::backing_off || event == TaskEvent::start_delayed) {
    base::check(detail.retry_at.has_value(), "a task that waits for a moment knows which");
    detail.body[next == TaskState::backing_off ? "retry_at" : "start_at"] = detail.retry_at->us;
    return session.run("insert_timer", {detail.retry_at->us, task.id.value}).map([](const Rows&) {
    });
  }
  return {};
}

/// What is written beside a task that dies, and who hears of it.
base::Result<void> bury(Session& session, const TaskRow& task, const base::json::object& body) {
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, task.job));
  ASSIGN_OR_RETURN(const DeadLetterRow letter, record_death(session, task, job, body));
  return announce(session, task.job, "task_dead",
                  {{"task", task.id.value},
                   {"key", task.key},
                   {"kind", letter.kind},
                   {"bucket", letter.bucket},
                   {"reason", letter.reason},
                   {"cause", letter.cause},
                   {"why", letter.why},
                   {"signature", letter.signature},
                   {"attempts", task.fence}});
}

/// A task that has just become ready over a cap waits at a gate.
base::Result<TaskState> cap_if_over(Session& session, const base::TaskId& id, const Place& place) {
  ASSIGN_OR_RETURN(const auto gate, find_closed_gate(session, place));
  if (!gate) return TaskState::ready;
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
  return apply_event(session, task, TaskEvent::over_cap, {{}, {}, gate});
}

/// Whether the task took room that others may wait for. Those that only pass a gate are counted by
/// whoever lets them.
bool frees_room(TaskState from, TaskEvent event) {
  if (event == TaskEvent::admitted || event == TaskEvent::over_cap) return false;
  return from == TaskState::ready || from == TaskState::capped || from == TaskState::leased ||
         from == TaskState::cancelling;
}

base::Result<void> tell_children(Session& session, const TaskRow& task, TaskState state) {
  // What can be missed counts as settled however it ended; only who was cancelled takes others
  // along.
  const bool is_missed = task.need != queue::Need::required && state != TaskState::cancelled;
  if (state == TaskState::succeeded || is_missed) {
    ASSIGN_OR_RETURN(const Rows any, session.run("has_children", {task.id.value}));
    if (any.empty()) return {};
    ASSIGN_OR_RETURN(const Rows children, session.run("count_down_children", {task.id.value}));
    for (const Row& child : children) {
      if (child.number(1) > (MPEGFLOW_MUTANT(fan_in_fires_early) ? 1 : 0)) continue;
      ASSIGN_OR_RETURN(const TaskRow row, load_task(session, base::TaskId(child.text(0))));
      RETURN_IF_ERROR(apply_event(session, row, TaskEvent::dependencies_done, {}));
    }
    return {};
  }
  ASSIGN_OR_RETURN(const Rows children, session.run("children_of", {task.id.value}));
  for (const Row& child : children) {
    ASSIGN_OR_RETURN(const TaskRow row, load_task(session, base::TaskId(child.text(0))));
    if (row.state != TaskState::blocked) continue;
    const TaskEvent event =
        state == TaskState::cancelled ? TaskEvent::cancel_requested : TaskEvent::dependency_failed;
    RETURN_IF_ERROR(apply_event(session, row, event, {{{"because_of", task.key}}, {}}));
  }
  return {};
}

/// After a task has gone to `to`: what that means for its job.
base::Result<void> settle_after(Session& session, const TaskRow& task, TaskState to) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  bool is_work_open = false;
  if (is_terminal(to)) {
    ASSIGN_OR_RETURN(const Rows open, session.run("open_work_of_job", {task.job.value}));
    is_work_open = !open.empty();
  }
  if (!queue::may_change_job(job->standing, task.kind, task.state, to, is_work_open)) return {};
  return settle_job(session, task.job);
}

std::vector<std::string> read_command(const base::json::object& params) {
  std::vector<std::string> argv;
  for (const auto& word : base::array_or(params, "argv"))
    if (word.is_string()) argv.emplace_back(word.get_string());
  return argv;
}

/// The task goes on with the command that its rendition gives for this case.
base::Result<std::optional<TaskState>> fall_back(Session& session, const TaskRow& task,
                                                 const std::string& why) {
  ASSIGN_OR_RETURN(const base::json::value params,
                   base::parse_json(task.params, "parameters of a task"));
  const auto fallback = plan::find_fallback(params.get_object());
  base::check(fallback.has_value(), "who falls back has something to fall back on");
  const std::string requirements =
      queue::to_text(plan::change_command(queue::parse_requirements(task.requirements),
                                          read_command(params.get_object()), fallback->argv));
  RETURN_IF_ERROR(note_requirements(session, requirements));
  RETURN_IF_ERROR(session.run(
      "set_task_command",
      {task.id.value, base::to_canonical_json(plan::take_fallback(params.get_object(), why)),
       requirements}));
  RETURN_IF_ERROR(session.run("set_ready_requirements", {task.id.value, requirements}));
  RETURN_IF_ERROR(append_event(session, task.job, task.id, task.fence, "fallback_taken",
                               {{"encoder", fallback->encoder}, {"why", why}}));
  if (requirements.empty()) return std::optional<TaskState>();
  return place_ready_task(session, task.id);
}

/// The table's answer, but for planted bugs.
std::optional<TaskState> find_next(TaskState from, TaskEvent event) {
  if (MPEGFLOW_MUTANT(cancel_does_not_refuse_commit) && from == TaskState::cancelling &&
      event == TaskEvent::outputs_committed)
    return TaskState::succeeded;
  if (MPEGFLOW_MUTANT(terminal_not_absorbing) && from == TaskState::succeeded) {
    if (event == TaskEvent::cancel_requested) return TaskState::cancelled;
  }
  return queue::next_state(from, event);
}

}  // namespace

base::Result<TaskRow> load_task(Session& session, const base::TaskId& id) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("task_by_id", {id.value}));
  if (rows.empty())
    return base::fail(base::ErrorCode::not_found, fmt::format("there is no task {}", id.value));
  return to_task(rows.front());
}

base::Result<JobRow> load_job(Session& session, const base::JobId& id) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("job_by_id", {id.value}));
  if (rows.empty())
    return base::fail(base::ErrorCode::not_found, fmt::format("there is no job {}", id.value));
  return to_job(rows.front());
}

base::Result<TaskState> apply_event(Session& session, const TaskRow& task, TaskEvent event,
                                    TransitionDetail detail) {
  const auto next = find_next(task.state, event);
  if (!next)
    return base::fail(base::ErrorCode::illegal_transition,
                      fmt::format("task {} is {}: {} does not apply", task.key, to_word(task.state),
                                  to_word(event)));
  const std::int64_t now = session.now().us;
  ASSIGN_OR_RETURN(const Place place, find_place(session, task));
  RETURN_IF_ERROR(leave_state(session, task, place));
  const bool had_lease = task.state == TaskState::leased || task.state == TaskState::cancelling;
  const bool has_lease = *next == TaskState::leased || *next == TaskState::cancelling;
  if (had_lease && !has_lease) RETURN_IF_ERROR(end_lease(session, task, place));
  if (is_waiting(task.state) && (!is_waiting(*next) || detail.move))
    RETURN_IF_ERROR(forget_hop(session, task));
  TaskRow entering = task;
  Place entered = place;
  if (detail.move) {
    RETURN_IF_ERROR(move_queue(session, entering, *detail.move, detail.body));
    entered.lane = entering.lane;
    entered.pool = entering.pool;
  }
  if (*next == TaskState::ready) {
    ASSIGN_OR_RETURN(entering.vtime, find_place_in_lane(session, entering, entered, event));
  }
  ASSIGN_OR_RETURN(
      const auto changed,
      session.change("set_task_state",
                     {task.id.value, std::string(to_word(task.state)), std::string(to_word(*next)),
                      to_value(only_if(*next == TaskState::ready && starts_to_wait(event), now)),
                      to_value(only_if(is_terminal(*next), now)), entering.vtime,
                      detail.result ? Value(*detail.result) : Value()}));
  base::check(changed == 1, "the task is still in the state that was read");
  RETURN_IF_ERROR(enter_state(session, entering, entered, event, *next, detail));
  detail.body["from"] = to_word(task.state);
  detail.body["to"] = to_word(*next);
  if (!MPEGFLOW_MUTANT(change_without_event) || event != TaskEvent::retry_due)
    RETURN_IF_ERROR(
        append_event(session, task.job, task.id, task.fence, to_word(event), detail.body));
  if (*next == TaskState::dead) RETURN_IF_ERROR(bury(session, task, detail.body));
  TaskState state = *next;
  std::optional<TaskState> placed;
  if (state == TaskState::ready && !task.requirements.empty()) {
    ASSIGN_OR_RETURN(placed, place_ready_task(session, task.id));
  }
  if (placed) {
    state = *placed;
  } else if (state == TaskState::ready) {
    ASSIGN_OR_RETURN(state, cap_if_over(session, task.id, entered));
  }
  // Before the children: who waits already comes first.
  if (frees_room(task.state, event) && !has_lease) RETURN_IF_ERROR(let_in(session, place));
  if (is_terminal(*next)) RETURN_IF_ERROR(tell_children(session, task, *next));
  RETURN_IF_ERROR(settle_after(session, task, *next));
  return state;
}

namespace {

base::Result<std::optional<TaskState>> put(Session& session, const TaskRow& task,
                                           const Placement& placement) {
  switch (placement.prospect) {
    case Prospect::stays: return std::optional<TaskState>();
    case Prospect::moves:
      return apply_event(session, task, TaskEvent::hopped,
                         {{{"why", fmt::format("pool {} is for {}", placement.pool,
                                               queue::describe(placement.requirements))}},
                          {},
                          {},
                          Queue{task.lane, placement.pool}})
          .map([](TaskState state) { return std::optional(state); });
    case Prospect::falls_back: return fall_back(session, task, placement.why);
    case Prospect::held: break;
  }
  const std::string reason(queue::find_reason(placement.missing));
  RETURN_IF_ERROR(session.run("set_task_reason", {task.id.value, reason, placement.why}));
  ASSIGN_OR_RETURN(const TaskState state,
                   apply_event(session, task, TaskEvent::no_such_worker,
                               {{{"reason", reason}, {"why", placement.why}}, {}}));
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, task.job));
  // A run is told by its command when to go on.
  if (job.identity.empty()) RETURN_IF_ERROR(await_worker(session, task, placement.requirements));
  return std::optional(state);
}

}  // namespace

base::Result<std::optional<TaskState>> place_ready_task(Session& session, const base::TaskId& id) {
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
  ASSIGN_OR_RETURN(const Placement placement, find_placement(session, task));
  return put(session, task, placement);
}

base::Result<bool> give_up_unmet_of_run(Session& session, const base::JobId& job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("unmet_of_job", {job.value}));
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(row.text(0))));
    RETURN_IF_ERROR(put(session, task, give_up_on_run(task)));
  }
  return !rows.empty();
}

base::Result<Claim> grant_lease(Session& session, TaskRow& task, const base::ClaimId& claim_id,
                                const base::SessionId& holder) {
  base::check(queue::next_state(task.state, TaskEvent::lease_granted) == TaskState::leased,
              "only a ready task is leased");
  Claim claim{
      task.id,
      MPEGFLOW_MUTANT(fence_not_raised) ? std::max<std::int64_t>(task.fence, 1) : task.fence + 1,
      claim_id};
  ASSIGN_OR_RETURN(const auto leased,
                   session.change("set_task_leased", {task.id.value, claim_id.value, claim.fence}));
  base::check(leased == 1, "the task whose ready row was taken is ready");
  ASSIGN_OR_RETURN(const Place place, find_place(session, task));
  ASSIGN_OR_RETURN(const Holder* holding, find_holder(session, holder));
  base::check(holding != nullptr, "who claims has a session");
  count_ready(session, place, -1);
  count_running(session, place, *holding, 1);
  const std::int64_t now = session.now().us;
  const std::int64_t waited_us = task.ready ? now - task.ready->us : 0;
  RETURN_IF_ERROR(forget_hop(session, task));
  RETURN_IF_ERROR(keep_wait(session, place, waited_us));
  RETURN_IF_ERROR(
      session.run("insert_lease", {task.id.value, claim.fence, claim_id.value, holder.value, now}));
  RETURN_IF_ERROR(
      session.run("insert_attempt", {task.id.value, claim.fence, claim_id.value, holder.value,
                                     holding->encoder_revision.value, "{}", now, waited_us}));
  RETURN_IF_ERROR(append_event(session, task.job, task.id, claim.fence,
                               to_word(TaskEvent::lease_granted),
                               {{"from", "ready"},
                                {"to", "leased"},
                                {"claim", claim_id.value},
                                {"session", holder.value},
                                {"waited_us", waited_us}}));
  RETURN_IF_ERROR(squeeze_tenant(session, place.tenant));
  RETURN_IF_ERROR(settle_after(session, task, TaskState::leased));
  task.state = TaskState::leased;
  task.fence = claim.fence;
  task.claim = claim.id;
  return claim;
}

base::Result<void> settle_job(Session& session, const base::JobId& id) {
  ASSIGN_OR_RETURN(JobHead * job, find_head(session, id));
  ASSIGN_OR_RETURN(const Rows rows, session.run("task_states_of_job", {id.value}));
  std::vector<queue::TaskStanding> standings;
  for (const Row& row : rows) {
    const auto kind = queue::parse_task_kind(row.text(0));
    const auto state = queue::parse_task_state(row.text(1));
    base::check(kind && state, "the kinds and states of tasks are ours");
    standings.push_back({*kind, *state, to_need(row.text(2))});
  }
  const queue::JobStanding standing = queue::compute_job_standing(standings);
  if (standing == job->standing) return {};
  job->standing = standing;
  const std::int64_t now = session.now().us;
  const bool is_over = queue::is_terminal(standing.state);
  const std::string state(to_word(standing.state));
  const std::string delivery(to_word(standing.delivery));
  RETURN_IF_ERROR(session.run(
      "set_job_state",
      {id.value, state, delivery, to_value(only_if(standing.state != queue::JobState::queued, now)),
       to_value(only_if(is_over, now))}));
  RETURN_IF_ERROR(append_event(session, id, {}, 0, is_over ? "job_finished" : "job_changed",
                               {{"state", state}, {"delivery", delivery}}));
  if (!is_over) return {};
  return announce(session, id, "job_finished", {{"state", state}, {"delivery_state", delivery}});
}

}  // namespace mpegflow::store
