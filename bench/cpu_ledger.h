#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"

namespace mpegflow::bench {

struct Command {
  std::vector<std::string> argv;
  base::Path folder;
  base::Path output;      ///< standard output
  base::Path errors;      ///< standard error
  bool progress = false;  ///< descriptor 3 is open, to nowhere
};

/// What a set of process trees took.
struct Ledger {
  double wall_seconds = 0;
  std::map<std::string, double> cpu_seconds;  ///< by role: mpegflow, guard, bwrap, ffmpeg, ...
  std::map<std::string, int> processes;
  bool is_ok = true;  ///< every command ended with 0

  double total() const;
  double of(const std::string& role) const;
  /// mpegflow itself and what it puts around FFmpeg.
  double own() const;
};

/// Runs the commands, `at_once` of them at a time, and reads the CPU time of every thread of every
/// descendant at its end, exact to the scheduler's nanoseconds. The processes are traced, but only
/// their births and ends stop them.
Ledger run_counted(const std::vector<Command>& commands, int at_once);

}  // namespace mpegflow::bench
