#pragma once

#include <string>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/control/control.h"
#include "cli/exit_codes.h"

namespace mpegflow::cli {

/// Tells what happens to the job until it is over; the exit code is its own. A server that does not
/// answer in between is waited for. With --json the job's record is all that is printed.
ExitCode watch_job(const std::string& job, Control& control, const Arguments& arguments,
                   Context& context);

}  // namespace mpegflow::cli
