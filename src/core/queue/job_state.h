#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/queue/task_state.h"

namespace mpegflow::queue {

enum class JobState {
  queued,
  running,
  cancelling,
  succeeded,
  partial,
  failed_input,
  failed_spec,
  failed,
  cancelled,
};
enum class DeliveryState { none, pending, delivered, failed };

std::string_view to_word(JobState state);
std::string_view to_word(DeliveryState state);
std::optional<JobState> parse_job_state(std::string_view word);
std::optional<DeliveryState> parse_delivery_state(std::string_view word);
constexpr bool is_terminal(JobState state) {
  return state != JobState::queued && state != JobState::running && state != JobState::cancelling;
}

/// What it means for a job if a task of it ends without success: the job fails, or it is partial,
/// or nothing. What needs such a task goes on without it, unless it is required.
enum class Need { required, optional, best_effort };

std::string_view to_word(Need need);
std::optional<Need> parse_need(std::string_view word);

struct TaskStanding {
  TaskKind kind = TaskKind::encode;
  TaskState state = TaskState::blocked;
  Need need = Need::required;
};

struct JobStanding {
  JobState state = JobState::queued;
  DeliveryState delivery = DeliveryState::none;

  bool operator==(const JobStanding&) const = default;
};

/// The one function that says how a job stands, from its tasks alone. The state speaks of all tasks
/// but the deliver ones, the delivery of those; a job is over when every task is terminal.
JobStanding compute_job_standing(std::span<const TaskStanding> tasks);

/// False only if a job that stood at `job` stands the same after its task of that kind went from
/// `from` to `to`: then nobody needs to look at all its tasks. `is_work_open`: some other task that
/// is not a deliver one is not terminal.
bool may_change_job(const JobStanding& job, TaskKind kind, TaskState from, TaskState to,
                    bool is_work_open);

}  // namespace mpegflow::queue
