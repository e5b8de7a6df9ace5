#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace mpegflow::queue {

/// The states of a task, spelled as in the database, the API and the docs.
enum class TaskState {
  blocked,      ///< Waits for tasks it needs, or for its start (a row in `timer`).
  ready,        ///< Can run now; has a row in `ready`.
  capped,       ///< Waits for its tenant's or lane's cap.
  held,         ///< Waits for an operator, an encoder revision or a worker that can do it.
  leased,       ///< A worker holds the claim; has a row in `lease`.
  backing_off,  ///< Waits for its retry; has a row in `timer`.
  cancelling,   ///< Cancel was asked for; the worker has not stopped yet.
  succeeded,
  failed_input,  ///< The input is bad; never retried.
  failed_spec,   ///< The request is bad; never retried.
  dead,          ///< Budgets are spent: a dead letter.
  skipped,       ///< A task it needs did not succeed.
  cancelled,
};

enum class TaskEvent {
  dependencies_done,
  dependency_failed,
  start_delayed,
  start_due,
  lease_granted,
  over_cap,
  no_such_revision,
  no_such_worker,
  admitted,
  hopped,
  released,
  outputs_committed,
  retry_scheduled,
  needs_fix,
  retries_exhausted,
  input_rejected,
  spec_rejected,
  lease_released,
  retry_due,
  cancel_requested,
  worker_stopped,
  lease_expired,
  reprocess_requested,
  reprocess_scheduled,
};

struct Transition {
  TaskState from;
  TaskEvent event;
  TaskState to;
};

/// The one table. Nothing else says where a task may go; docs/generated/task_states.md is printed
/// from it.
inline constexpr auto kTransitions = std::to_array<Transition>({
    {TaskState::blocked, TaskEvent::dependencies_done, TaskState::ready},
    {TaskState::blocked, TaskEvent::dependency_failed, TaskState::skipped},
    {TaskState::blocked, TaskEvent::start_delayed, TaskState::blocked},
    {TaskState::blocked, TaskEvent::start_due, TaskState::ready},
    {TaskState::blocked, TaskEvent::cancel_requested, TaskState::cancelled},
    {TaskState::ready, TaskEvent::lease_granted, TaskState::leased},
    {TaskState::ready, TaskEvent::over_cap, TaskState::capped},
    {TaskState::ready, TaskEvent::hopped, TaskState::ready},  // to another lane or pool
    {TaskState::ready, TaskEvent::no_such_revision, TaskState::held},
    {TaskState::ready, TaskEvent::no_such_worker, TaskState::held},
    {TaskState::ready, TaskEvent::outputs_committed,
     TaskState::succeeded},  // by the holder of the last claim
    {TaskState::ready, TaskEvent::cancel_requested, TaskState::cancelled},
    {TaskState::capped, TaskEvent::admitted, TaskState::ready},
    {TaskState::capped, TaskEvent::hopped, TaskState::ready},
    {TaskState::capped, TaskEvent::outputs_committed,
     TaskState::succeeded},  // by the holder of the last claim
    {TaskState::capped, TaskEvent::cancel_requested, TaskState::cancelled},
    {TaskState::held, TaskEvent::released, TaskState::ready},
    {TaskState::held, TaskEvent::cancel_requested, TaskState::cancelled},
    {TaskState::leased, TaskEvent::outputs_committed, TaskState::succeeded},
    {TaskState::leased, TaskEvent::retry_scheduled, TaskState::backing_off},
    {TaskState::leased, TaskEvent::needs_fix, TaskState::held},
    {TaskState::leased, TaskEvent::retries_exhausted, TaskState::dead},
    {TaskState::leased, TaskEvent::input_rejected, TaskState::failed_input},
    {TaskState::leased, TaskEvent::spec_rejected, TaskState::failed_spec},
    {TaskState::leased, TaskEvent::lease_released, TaskState::ready},
    {TaskState::leased, TaskEvent::cancel_requested, TaskState::cancelling},
    {TaskState::backing_off, TaskEvent::retry_due, TaskState::ready},
    {TaskState::backing_off, TaskEvent::outputs_committed,
     TaskState::succeeded},  // by the holder of the last claim
    {TaskState::backing_off, TaskEvent::cancel_requested, TaskState::cancelled},
    {TaskState::cancelling, TaskEvent::worker_stopped, TaskState::cancelled},
    {TaskState::cancelling, TaskEvent::lease_expired, TaskState::cancelled},
    {TaskState::dead, TaskEvent::reprocess_requested, TaskState::ready},
    {TaskState::failed_input, TaskEvent::reprocess_requested, TaskState::ready},
    {TaskState::failed_spec, TaskEvent::reprocess_requested, TaskState::ready},
    {TaskState::skipped, TaskEvent::reprocess_requested, TaskState::blocked},
    {TaskState::dead, TaskEvent::reprocess_scheduled,
     TaskState::backing_off},  // one of many, when its turn comes
});

/// Where `event` takes a task in state `from`; nullopt means illegal_transition, and the caller
/// changes nothing.
constexpr std::optional<TaskState> next_state(TaskState from, TaskEvent event) {
  for (const Transition& row : kTransitions)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

static_assert(!next_state(TaskState::succeeded, TaskEvent::cancel_requested),
              "a committed task stays committed");
static_assert(!next_state(TaskState::cancelling, TaskEvent::outputs_committed),
              "no commit after a cancel was acknowledged");

constexpr bool is_terminal(TaskState state) {
  return state == TaskState::succeeded || state == TaskState::failed_input ||
         state == TaskState::failed_spec || state == TaskState::dead ||
         state == TaskState::skipped || state == TaskState::cancelled;
}

std::string_view to_word(TaskState state);
std::string_view to_word(TaskEvent event);
std::optional<TaskState> parse_task_state(std::string_view word);
std::span<const TaskState> all_task_states();
std::span<const TaskEvent> all_task_events();

/// The kinds of task.
enum class TaskKind { probe, encode, assemble, package, manifest, thumbnails, qc, ffmpeg, deliver };
std::string_view to_word(TaskKind kind);
std::optional<TaskKind> parse_task_kind(std::string_view word);

}  // namespace mpegflow::queue
