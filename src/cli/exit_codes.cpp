#include "cli/exit_codes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mpegflow::cli {
namespace {

using base::ErrorCode;

constexpr auto kRows = std::to_array<ErrorRow>({
    {ErrorCode::invalid_argument, ExitCode::usage, "A command line or a call is malformed."},
    {ErrorCode::invalid_spec, ExitCode::spec_invalid,
     "A job spec has faults; the message lists all of them."},
    {ErrorCode::not_found, ExitCode::input_missing,
     "There is no such job, task, attempt, file or object."},
    {ErrorCode::superseded, ExitCode::busy,
     "The claim shown is no longer the task's claim: a newer one exists, or the task has ended."},
    {ErrorCode::illegal_transition, ExitCode::usage,
     "The job or task is not in a state for that; nothing was changed."},
    {ErrorCode::already_running, ExitCode::busy, "A live process holds this job."},
    {ErrorCode::quarantined, ExitCode::busy,
     "Too much failed on this host: it gets no tasks for a while."},
    {ErrorCode::state_newer, ExitCode::misconfigured,
     "The state directory was written by a newer mpegflow."},
    {ErrorCode::state_unusable, ExitCode::state_failed,
     "The state directory cannot be used: network file system, not writable, damaged."},
    {ErrorCode::disk_full, ExitCode::state_failed, "No space is left where the message says."},
    {ErrorCode::store_failed, ExitCode::state_failed,
     "The database refused an operation for a reason that is not ours."},
    {ErrorCode::input_not_found, ExitCode::input_missing, "An input does not exist."},
    {ErrorCode::input_forbidden, ExitCode::input_missing, "An input exists but may not be read."},
    {ErrorCode::input_invalid, ExitCode::input_invalid,
     "An input is not a file, or is not media that we accept."},
    {ErrorCode::input_changed, ExitCode::input_invalid, "An input changed while it was read."},
    {ErrorCode::output_unwritable, ExitCode::output_unwritable,
     "The output cannot be created or written."},
    {ErrorCode::output_forbidden, ExitCode::output_unwritable,
     "The output may not be written by this user."},
    {ErrorCode::output_readonly, ExitCode::output_unwritable,
     "The output is on a read-only file system."},
    {ErrorCode::output_invalid, ExitCode::job_failed,
     "An encoder wrote something else than what was asked of it."},
    {ErrorCode::ffmpeg_missing, ExitCode::unavailable, "No usable ffmpeg or ffprobe was found."},
    {ErrorCode::process_failed, ExitCode::unavailable, "A subprocess could not be started."},
    {ErrorCode::object_missing, ExitCode::state_failed,
     "An object that the store says is committed is not there."},
    {ErrorCode::io_failed, ExitCode::state_failed,
     "Reading or writing a file failed for a reason without a word of its own."},
    {ErrorCode::interrupted, ExitCode::interrupted, "We were asked to stop."},
    {ErrorCode::server_unreachable, ExitCode::unavailable,
     "No server of mpegflow answers at the address."},
    {ErrorCode::unauthenticated, ExitCode::not_permitted,
     "The server was asked without a key, or with one that it does not know."},
    {ErrorCode::forbidden, ExitCode::not_permitted,
     "The key may not do that, or the request comes from another site."},
    {ErrorCode::too_large, ExitCode::usage, "The body of a request is longer than it may be."},
    {ErrorCode::too_many_requests, ExitCode::busy,
     "The server was asked too often; it takes the same request a little later."},
    {ErrorCode::internal, ExitCode::bug, "A bug of ours: an invariant did not hold."},
});

constexpr bool has_a_row_for_every_code() {
  if (kRows.size() != static_cast<std::size_t>(ErrorCode::internal) + 1) return false;
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  return true;
}
static_assert(has_a_row_for_every_code(), "the table has one row per error code, in their order");

}  // namespace

std::span<const ErrorRow> error_rows() {
  return kRows;
}

ExitCode to_exit_code(base::ErrorCode code) {
  return kRows[static_cast<std::size_t>(code)].exit_code;
}

Holding find_holding(std::span<const store::TaskRow> tasks) {
  const auto is_held = [](const store::TaskRow& task) {
    return task.state == queue::TaskState::held;
  };
  const auto task = std::ranges::find_if(tasks, is_held);
  if (task == tasks.end()) return Holding::none;
  if (task->reason == "disk_full") return Holding::out_of_room;
  if (task->reason.starts_with("output_")) return Holding::output;
  return Holding::held;
}

ExitCode to_exit_code(queue::JobState state, Holding holding) {
  using queue::JobState;
  switch (state) {
    case JobState::succeeded: return ExitCode::done;
    case JobState::failed_input: return ExitCode::input_invalid;
    case JobState::failed_spec: return ExitCode::spec_invalid;
    case JobState::partial:
    case JobState::failed:
    case JobState::cancelled: return ExitCode::job_failed;
    default: break;
  }
  switch (holding) {
    case Holding::none: return ExitCode::interrupted;
    case Holding::held: return ExitCode::unavailable;
    case Holding::out_of_room: return ExitCode::state_failed;
    case Holding::output: return ExitCode::output_unwritable;
  }
  return ExitCode::interrupted;
}

std::string make_error_codes_markdown() {
  std::string text =
      "# Error codes\n\n"
      "The stable words of what can go wrong: `error.code` in `--json` output, and the same in the "
      "log. How a command\nends that met one is in the last column; "
      "[exit-codes.md](../exit-codes.md) says what to do about it.\n\n"
      "| code | meaning | exit code |\n|---|---|---|\n";
  for (const ErrorRow& row : kRows)
    text += fmt::format("| `{}` | {} | {} |\n", base::to_word(row.code), row.meaning,
                        static_cast<int>(row.exit_code));
  return text;
}

}  // namespace mpegflow::cli
