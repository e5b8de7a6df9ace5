#include <algorithm>
#include <map>
#include <set>

#include "store/ops/events.h"
#include "store/ops/job_head.h"
#include "store/ops/needs.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

/// Gives the row of the task; nullopt if it was there already.
base::Result<std::optional<TaskRow>> insert_task(Session& session, const JobRow& job,
                                                 const NewTask& task) {
  const std::set<base::TaskId> needs(task.needs.begin(), task.needs.end());
  const auto pending = static_cast<std::int64_t>(needs.size());
  ASSIGN_OR_RETURN(
      const auto inserted,
      session.change(
          "insert_task",
          {task.id.value, job.id.value, task.key, std::string(to_word(task.kind)), task.position,
           task.pool, job.lane, pending, task.group_key, task.expected_cpu_us, task.expected_bytes,
           job.encoder_revision.value, task.params, task.policy, session.now().us,
           std::string(to_word(task.need)), task.requirements, task.memory_bytes}));
  if (inserted == 0) return std::optional<TaskRow>();
  RETURN_IF_ERROR(note_requirements(session, task.requirements));
  TaskRow row;
  row.id = task.id;
  row.job = job.id;
  row.key = task.key;
  row.kind = task.kind;
  row.need = task.need;
  row.position = task.position;
  row.pool = task.pool;
  row.lane = job.lane;
  row.pending = pending;
  row.group_key = task.group_key;
  row.expected_cpu_us = task.expected_cpu_us;
  row.expected_bytes = task.expected_bytes;
  row.encoder_revision = job.encoder_revision;
  row.params = task.params;
  row.policy = task.policy;
  row.requirements = task.requirements;
  row.created = session.now();
  return std::optional(std::move(row));
}

/// A task that is added later may need one that has ended already without success, and nobody would
/// tell it.
base::Result<std::optional<queue::TaskEvent>> find_obstacle(Session& session,
                                                            const base::TaskId& task) {
  std::optional<queue::TaskEvent> obstacle;
  ASSIGN_OR_RETURN(const Rows parents, session.run("parents_of", {task.value}));
  for (const Row& parent : parents) {
    const auto state = queue::parse_task_state(parent.text(3));
    base::check(state.has_value(), "a task row has a known state");
    if (*state == queue::TaskState::cancelled)
      return std::optional(queue::TaskEvent::cancel_requested);
    const bool is_missed = to_need(parent.text(7)) != queue::Need::required;
    if (is_terminal(*state) && *state != queue::TaskState::succeeded && !is_missed)
      obstacle = queue::TaskEvent::dependency_failed;
  }
  return obstacle;
}

/// A task that waits for no other starts, now or when its job may.
base::Result<void> start_task(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  const auto start = job->start_us;
  if (!start || *start <= session.now().us)
    return apply_event(session, task, queue::TaskEvent::dependencies_done, {})
        .map([](queue::TaskState) {});
  return apply_event(session, task, queue::TaskEvent::start_delayed, {{}, base::WallTime{*start}})
      .map([](queue::TaskState) {});
}

/// Gives when its tasks may start.
base::Result<std::optional<std::int64_t>> insert_schedule(Session& session, const base::JobId& job,
                                                          const Schedule& schedule) {
  std::optional<std::int64_t> start;
  if (schedule.is_empty()) return start;
  if (schedule.start) start = schedule.start->us;
  else if (schedule.start_in.count() > 0) start = (session.now() + schedule.start_in).us;
  RETURN_IF_ERROR(session.run("insert_job_schedule",
                              {job.value, start ? Value(*start) : Value(),
                               schedule.hop_after.count(), schedule.hop_lane, schedule.hop_pool}));
  return start;
}

Value to_value(const std::optional<std::string>& text) {
  if (!text) return std::monostate();
  return *text;
}

}  // namespace

base::Result<void> insert_tasks(Session& session, const JobRow& job,
                                const std::vector<NewTask>& tasks) {
  std::map<base::TaskId, TaskRow> fresh;  // as the store has them, as long as nothing else changes
  for (const NewTask& task : tasks) {
    ASSIGN_OR_RETURN(auto row, insert_task(session, job, task));
    if (row) fresh.emplace(task.id, std::move(*row));
  }
  for (const NewTask& task : tasks)
    for (const base::TaskId& parent : task.needs)
      RETURN_IF_ERROR(session.run("insert_edge", {parent.value, task.id.value}));
  const auto is_fresh = [&](const base::TaskId& id) { return fresh.contains(id); };
  for (const NewTask& task : tasks) {
    // All that it needs has come with it: it waits for all of them.
    if (is_fresh(task.id) && !task.needs.empty() && std::ranges::all_of(task.needs, is_fresh))
      continue;
    ASSIGN_OR_RETURN(const TaskRow row, is_fresh(task.id) ? base::Result<TaskRow>(fresh.at(task.id))
                                                          : load_task(session, task.id));
    if (row.state != queue::TaskState::blocked) continue;
    if (task.needs.empty()) {
      RETURN_IF_ERROR(start_task(session, row));
      continue;
    }
    ASSIGN_OR_RETURN(const auto obstacle, find_obstacle(session, task.id));
    if (obstacle) {
      RETURN_IF_ERROR(apply_event(session, row, *obstacle, {}));
      fresh.clear();  // and what needs it ended with it
      continue;
    }
    ASSIGN_OR_RETURN(const Rows open, session.run("count_unfinished_parents", {task.id.value}));
    const std::int64_t pending = open.front().number(0);
    RETURN_IF_ERROR(session.run("set_pending", {task.id.value, pending}));
    if (pending == 0) RETURN_IF_ERROR(start_task(session, row));
  }
  return settle_job(session, job.id);
}

base::Result<SubmitJob::Answer> run_op(Session& session, const SubmitJob& op) {
  if (op.idempotency_key) {
    ASSIGN_OR_RETURN(const Rows existing,
                     session.run("job_by_idempotency_key", {op.job.tenant, *op.idempotency_key}));
    if (!existing.empty()) {
      const base::JobId holder(existing.front().text(0));
      if (holder != op.takes_key_of) return SubmitJob::Answer{holder, true};
      RETURN_IF_ERROR(session.run("clear_idempotency_key", {holder.value}));
      RETURN_IF_ERROR(append_event(
          session, holder, {}, 0, "key_passed_on",
          {{"job", op.job.id.value}, {"why", "job " + op.job.id.value + " has the key now"}}));
    }
  }
  ASSIGN_OR_RETURN(const Rows same, session.run("job_by_id", {op.job.id.value}));
  if (!same.empty()) return SubmitJob::Answer{op.job.id, true};  // our own request, repeated

  const JobRow& job = op.job;
  RETURN_IF_ERROR(session.run(
      "insert_job",
      {job.id.value, job.tenant, to_value(op.idempotency_key), job.identity, job.name, job.delivery,
       job.lane, job.priority, job.spec_text, job.spec, job.command, job.output_uri,
       job.scratch_uri, job.encoder_revision.value, job.plan_version, session.now().us}));
  ASSIGN_OR_RETURN(const auto start, insert_schedule(session, job.id, op.schedule));
  begin_head(session, job, op.schedule, start);
  for (const InputRow& input : op.inputs)
    RETURN_IF_ERROR(session.run("insert_input",
                                {job.id.value, input.key, input.uri, input.identity, input.size}));
  RETURN_IF_ERROR(append_event(session, job.id, {}, 0, "job_submitted",
                               {{"identity", job.identity}, {"output", job.output_uri}}));
  RETURN_IF_ERROR(insert_tasks(session, job, op.tasks));
  RETURN_IF_ERROR(append_event(session, job.id, {}, 0, "job_planned",
                               {{"tasks", static_cast<std::int64_t>(op.tasks.size())}}));
  return SubmitJob::Answer{job.id, false};
}

}  // namespace mpegflow::store
