#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/context.h"
#include "cli/run_options.h"
#include "core/command/make_spec.h"
#include "core/submit/job_spec.h"
#include "protocol/job_files.h"

namespace mpegflow::cli {

/// A run's spec and the text it came from.
struct RunSpec {
  submit::JobSpec spec;
  std::string text;
  /// Of an FFmpeg command: the files that it would overwrite, and whether it may.
  std::optional<command::CommandJob> command = std::nullopt;
};

base::Result<RunSpec> read_run_spec(const RunOptions& options, const Context& context);

using protocol::check_inputs;
using protocol::check_output;

}  // namespace mpegflow::cli
