#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/result.h"
#include "sim/faults.h"
#include "sim/random.h"
#include "sim/trace.h"
#include "sim/virtual_clock.h"

namespace mpegflow::sim {

/// How long things take in one run: a fleet of short clips and one of films are not the same.
struct Scale {
  base::Micros beat = std::chrono::seconds(15);
  base::Micros session_ttl = std::chrono::seconds(90);
  /// A worker that has no answer for so long gives its attempt up.
  base::Micros orphan_grace = std::chrono::minutes(15);
  base::Micros longest_task = std::chrono::seconds(20);
  std::string usual_trouble;  ///< for which every other encoder fails that does
};

/// What all parts of one run share.
struct Context {
  Context(std::uint64_t seed, const std::set<Strike>* only) : random(seed), faults(seed, only) {}

  Random random;
  Faults faults;
  VirtualClock clock;
  Scale scale;
  Trace trace;
  Tally tally;
  std::map<base::TaskId, std::string>
      troubles;          ///< of tasks that ran: why each always fails, or ""
  base::TaskId subject;  ///< whose worker is acting; empty = nobody's in particular
  std::function<void(Fault, const base::TaskId&)> on_strike;

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    trace.add(fmt::format("{:>12.3f} ", static_cast<double>(clock.steady().us) / 1e6) +
              fmt::format(format, std::forward<Args>(args)...));
  }

  /// Whether the fault strikes here; what it is to be is drawn from the answer.
  std::optional<Random> strikes(Fault fault) {
    auto details = faults.strike(fault);
    if (!details) return details;
    ++tally.faults[static_cast<std::size_t>(fault)];
    note("! {} {}", to_word(fault), faults.struck().back().opportunity);
    if (on_strike) on_strike(fault, subject);
    return details;
  }

  /// The worker dies here, on this side of the call. The caller returns died().
  bool dies(const std::string& seam) {
    if (!strikes(Fault::worker_crash)) return false;
    ++tally.crashes[seam];
    note("crash {}", seam);
    return true;
  }
};

/// The process that made the call is dead: it does nothing more, not even clean up.
inline tl::unexpected<base::Error> died() {
  return base::fail(base::ErrorCode::interrupted, "the process died");
}
/// The call may or may not have happened.
inline tl::unexpected<base::Error> no_answer() {
  return base::fail(base::ErrorCode::io_failed, "no answer");
}
inline bool is_no_answer(const base::Error& error) {
  return error.code == base::ErrorCode::io_failed || error.code == base::ErrorCode::interrupted;
}

}  // namespace mpegflow::sim
