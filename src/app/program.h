#pragma once

#include <string>
#include <vector>

namespace mpegflow::app {

/// The whole program but the guards: fills the context with real parts and runs the command line.
/// Gives the exit code (docs/exit-codes.md).
int run_program(const std::vector<std::string>& argv);

}  // namespace mpegflow::app
