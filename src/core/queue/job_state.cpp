#include "core/queue/job_state.h"

#include <algorithm>
#include <vector>

namespace mpegflow::queue {
namespace {

bool has(const std::vector<TaskState>& states, TaskState wanted) {
  return std::ranges::find(states, wanted) != states.end();
}

bool are_all(const std::vector<TaskState>& states, bool (*predicate)(TaskState)) {
  return std::ranges::all_of(states, predicate);
}

/// Over without success, and not because somebody wanted it.
bool has_failed(TaskState state) {
  return is_terminal(state) && state != TaskState::succeeded && state != TaskState::cancelled;
}

bool is_untouched(TaskState state) {
  return state == TaskState::blocked || state == TaskState::ready || state == TaskState::capped;
}

JobState state_of(const std::vector<TaskState>& states) {
  if (!are_all(states, [](TaskState state) { return is_terminal(state); })) {
    if (has(states, TaskState::cancelling) || has(states, TaskState::cancelled))
      return JobState::cancelling;
    return are_all(states, is_untouched) ? JobState::queued : JobState::running;
  }
  if (has(states, TaskState::cancelled)) return JobState::cancelled;
  if (has(states, TaskState::failed_input)) return JobState::failed_input;
  if (has(states, TaskState::failed_spec)) return JobState::failed_spec;
  if (has(states, TaskState::dead) || has(states, TaskState::skipped)) return JobState::failed;
  return JobState::succeeded;
}

DeliveryState delivery_of(const std::vector<TaskState>& states) {
  if (states.empty()) return DeliveryState::none;
  if (are_all(states, [](TaskState state) { return state == TaskState::succeeded; }))
    return DeliveryState::delivered;
  if (are_all(states, [](TaskState state) { return is_terminal(state); }))
    return DeliveryState::failed;
  return DeliveryState::pending;
}

}  // namespace

std::string_view to_word(JobState state) {
  switch (state) {
    case JobState::queued: return "queued";
    case JobState::running: return "running";
    case JobState::cancelling: return "cancelling";
    case JobState::succeeded: return "succeeded";
    case JobState::partial: return "partial";
    case JobState::failed_input: return "failed_input";
    case JobState::failed_spec: return "failed_spec";
    case JobState::failed: return "failed";
    case JobState::cancelled: return "cancelled";
  }
  return "";
}

std::string_view to_word(Need need) {
  switch (need) {
    case Need::required: return "required";
    case Need::optional: return "optional";
    case Need::best_effort: return "best_effort";
  }
  return "";
}

std::optional<Need> parse_need(std::string_view word) {
  for (const Need need : {Need::required, Need::optional, Need::best_effort})
    if (to_word(need) == word) return need;
  return std::nullopt;
}

std::string_view to_word(DeliveryState state) {
  switch (state) {
    case DeliveryState::none: return "none";
    case DeliveryState::pending: return "pending";
    case DeliveryState::delivered: return "delivered";
    case DeliveryState::failed: return "failed";
  }
  return "";
}

std::optional<JobState> parse_job_state(std::string_view word) {
  for (const JobState state : {JobState::queued, JobState::running, JobState::cancelling,
                               JobState::succeeded, JobState::partial, JobState::failed_input,
                               JobState::failed_spec, JobState::failed, JobState::cancelled})
    if (to_word(state) == word) return state;
  return std::nullopt;
}

std::optional<DeliveryState> parse_delivery_state(std::string_view word) {
  for (const DeliveryState state : {DeliveryState::none, DeliveryState::pending,
                                    DeliveryState::delivered, DeliveryState::failed})
    if (to_word(state) == word) return state;
  return std::nullopt;
}

JobStanding compute_job_standing(std::span<const TaskStanding> tasks) {
  std::vector<TaskState> work;
  std::vector<TaskState> deliveries;
  bool lacks_something = false;
  for (const TaskStanding& task : tasks) {
    const bool is_missed = task.need != Need::required && has_failed(task.state);
    lacks_something |= is_missed && task.need == Need::optional;
    (task.kind == TaskKind::deliver ? deliveries : work)
        .push_back(is_missed ? TaskState::succeeded : task.state);
  }
  JobStanding standing{work.empty() ? JobState::queued : state_of(work), delivery_of(deliveries)};
  // The work is over but the delivery is not: still running for whoever waits.
  if (is_terminal(standing.state) && standing.delivery == DeliveryState::pending)
    standing.state =
        standing.state == JobState::cancelled ? JobState::cancelling : JobState::running;
  // A failed publish is a failure of the job, told apart by its delivery.
  if (standing.state == JobState::succeeded && standing.delivery == DeliveryState::failed)
    standing.state = JobState::failed;
  if (standing.state == JobState::succeeded && lacks_something) standing.state = JobState::partial;
  return standing;
}

bool may_change_job(const JobStanding& job, TaskKind kind, TaskState from, TaskState to,
                    bool is_work_open) {
  if (job.state != JobState::running || kind == TaskKind::deliver) return true;
  if (to == TaskState::cancelling || to == TaskState::cancelled) return true;
  if (is_terminal(to)) return !is_work_open;
  // What starts or goes on keeps a job running; only what comes back untouched may make it wait.
  const bool comes_back = is_untouched(to) && from != TaskState::blocked;
  return comes_back || is_terminal(from);
}

}  // namespace mpegflow::queue
