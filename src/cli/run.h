#pragma once

#include "cli/context.h"
#include "cli/exit_codes.h"
#include "cli/run_options.h"

namespace mpegflow::cli {

/// mpegflow run: submits the job, or finds it again, and works on it until it is over.
ExitCode run_command(const RunOptions& options, Context& context);

}  // namespace mpegflow::cli
