#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/queue/job_state.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// How a command ends; docs/exit-codes.md says it to users. Never reused, never renumbered.
enum class ExitCode : int {
  done = 0,
  job_failed = 1,
  usage = 2,
  spec_invalid = 64,
  input_invalid = 65,
  input_missing = 66,
  unavailable = 69,
  bug = 70,
  damaged = 72,
  output_unwritable = 73,
  state_failed = 74,
  busy = 75,
  not_permitted = 77,
  misconfigured = 78,
  interrupted = 130,
  terminated = 143,
};

/// One word of an error, what it means and how a command that met it ends.
struct ErrorRow {
  base::ErrorCode code;
  ExitCode exit_code;
  std::string_view meaning;
};

/// Every error code there is, in the order of base::ErrorCode.
std::span<const ErrorRow> error_rows();

ExitCode to_exit_code(base::ErrorCode code);

/// How a command ends that waited for a job. A job that is not over yet was stopped on the way
/// (interrupted), or one of its tasks waits for somebody: to mend this machine, to make room, or
/// to let us write the output.
enum class Holding { none, held, out_of_room, output };
Holding find_holding(std::span<const store::TaskRow> tasks);
ExitCode to_exit_code(queue::JobState state, Holding holding = Holding::none);

/// docs/generated/error_codes.md.
std::string make_error_codes_markdown();

}  // namespace mpegflow::cli
