#pragma once

#include <span>
#include <string>

#include "cli/context.h"
#include "cli/exit_codes.h"

namespace mpegflow::cli {

/// The whole of the program after main() has filled the context: parses `words` (without the
/// program's name), reads the config, runs the command and flushes its output. Never throws; a
/// broken invariant is reported as `internal`.
ExitCode run_command_line(std::span<const std::string> words, Context& context);

}  // namespace mpegflow::cli
