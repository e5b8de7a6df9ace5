#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/store_states.h"

namespace mpegflow::sim {

struct ExplorerLimits {
  std::size_t states = 150'000;
  int faults = 3;  ///< lost replies, delayed and repeated messages, crashes
  int ticks = 4;   ///< how much time may pass
  int cancels = 1, reprocesses = 1;
  int claims = 2;  ///< by each process; giving back and claiming again would never end
};

struct Explored {
  std::size_t states = 0;        ///< distinct, of the whole world
  std::size_t store_states = 0;  ///< distinct, of the database alone
  std::int64_t steps = 0;        ///< from a state to one, new or known
  std::int64_t ops_run = 0;      ///< by the real store; the others were known
  std::size_t depth = 0;
  bool is_complete = false;  ///< every state within the limits was seen
  std::optional<std::string> violation;
  std::string how;  ///< the actions that lead to the violation
};

/// All that two workers and two servers can do with a job of two tasks, one of which needs the
/// other, breadth first: every order of calls, answers, late messages, ticks, sweeps, collections,
/// cancel and reprocess, with a few faults anywhere. The rules are checked in every state.
Explored explore(const ExplorerLimits& limits);

}  // namespace mpegflow::sim
