#include "core/queue/task_state.h"

namespace mpegflow::queue {
namespace {

template <class T>
struct Named {
  T value;
  std::string_view word;
};

constexpr auto kStates = std::to_array<TaskState>(
    {TaskState::blocked, TaskState::ready, TaskState::capped, TaskState::held, TaskState::leased,
     TaskState::backing_off, TaskState::cancelling, TaskState::succeeded, TaskState::failed_input,
     TaskState::failed_spec, TaskState::dead, TaskState::skipped, TaskState::cancelled});

constexpr auto kEvents = std::to_array<TaskEvent>({TaskEvent::dependencies_done,
                                                   TaskEvent::dependency_failed,
                                                   TaskEvent::start_delayed,
                                                   TaskEvent::start_due,
                                                   TaskEvent::lease_granted,
                                                   TaskEvent::over_cap,
                                                   TaskEvent::no_such_revision,
                                                   TaskEvent::no_such_worker,
                                                   TaskEvent::admitted,
                                                   TaskEvent::hopped,
                                                   TaskEvent::released,
                                                   TaskEvent::outputs_committed,
                                                   TaskEvent::retry_scheduled,
                                                   TaskEvent::needs_fix,
                                                   TaskEvent::retries_exhausted,
                                                   TaskEvent::input_rejected,
                                                   TaskEvent::spec_rejected,
                                                   TaskEvent::lease_released,
                                                   TaskEvent::retry_due,
                                                   TaskEvent::cancel_requested,
                                                   TaskEvent::worker_stopped,
                                                   TaskEvent::lease_expired,
                                                   TaskEvent::reprocess_requested,
                                                   TaskEvent::reprocess_scheduled});

constexpr auto kKinds = std::to_array<Named<TaskKind>>({{TaskKind::probe, "probe"},
                                                        {TaskKind::encode, "encode"},
                                                        {TaskKind::assemble, "assemble"},
                                                        {TaskKind::package, "package"},
                                                        {TaskKind::manifest, "manifest"},
                                                        {TaskKind::thumbnails, "thumbnails"},
                                                        {TaskKind::qc, "qc"},
                                                        {TaskKind::ffmpeg, "ffmpeg"},
                                                        {TaskKind::deliver, "deliver"}});

}  // namespace

std::string_view to_word(TaskState state) {
  switch (state) {
    case TaskState::blocked: return "blocked";
    case TaskState::ready: return "ready";
    case TaskState::capped: return "capped";
    case TaskState::held: return "held";
    case TaskState::leased: return "leased";
    case TaskState::backing_off: return "backing_off";
    case TaskState::cancelling: return "cancelling";
    case TaskState::succeeded: return "succeeded";
    case TaskState::failed_input: return "failed_input";
    case TaskState::failed_spec: return "failed_spec";
    case TaskState::dead: return "dead";
    case TaskState::skipped: return "skipped";
    case TaskState::cancelled: return "cancelled";
  }
  return "";
}

std::string_view to_word(TaskEvent event) {
  switch (event) {
    case TaskEvent::dependencies_done: return "dependencies_done";
    case TaskEvent::dependency_failed: return "dependency_failed";
    case TaskEvent::start_delayed: return "start_delayed";
    case TaskEvent::start_due: return "start_due";
    case TaskEvent::lease_granted: return "lease_granted";
    case TaskEvent::over_cap: return "over_cap";
    case TaskEvent::no_such_revision: return "no_such_revision";
    case TaskEvent::no_such_worker: return "no_such_worker";
    case TaskEvent::admitted: return "admitted";
    case TaskEvent::hopped: return "hopped";
    case TaskEvent::released: return "released";
    case TaskEvent::outputs_committed: return "outputs_committed";
    case TaskEvent::retry_scheduled: return "retry_scheduled";
    case TaskEvent::needs_fix: return "needs_fix";
    case TaskEvent::retries_exhausted: return "retries_exhausted";
    case TaskEvent::input_rejected: return "input_rejected";
    case TaskEvent::spec_rejected: return "spec_rejected";
    case TaskEvent::lease_released: return "lease_released";
    case TaskEvent::retry_due: return "retry_due";
    case TaskEvent::cancel_requested: return "cancel_requested";
    case TaskEvent::worker_stopped: return "worker_stopped";
    case TaskEvent::lease_expired: return "lease_expired";
    case TaskEvent::reprocess_requested: return "reprocess_requested";
    case TaskEvent::reprocess_scheduled: return "reprocess_scheduled";
  }
  return "";
}

std::optional<TaskState> parse_task_state(std::string_view word) {
  for (const TaskState state : kStates)
    if (to_word(state) == word) return state;
  return std::nullopt;
}

std::span<const TaskState> all_task_states() {
  return kStates;
}
std::span<const TaskEvent> all_task_events() {
  return kEvents;
}

std::string_view to_word(TaskKind kind) {
  for (const auto& row : kKinds)
    if (row.value == kind) return row.word;
  return "";
}

std::optional<TaskKind> parse_task_kind(std::string_view word) {
  for (const auto& row : kKinds)
    if (row.word == word) return row.value;
  return std::nullopt;
}

}  // namespace mpegflow::queue
