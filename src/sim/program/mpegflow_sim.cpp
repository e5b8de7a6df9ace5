// mpegflow-sim --seeds N [--from S] [--only FAULTS] [--verbose]: runs N seeds and checks the rules
// of the design after every step of each. Exit 1 at the first violation, with its seed and the
// fewest faults that still cause it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/log.h"
#include "base/mutant.h"
#include "sim/explorer.h"
#include "sim/shrink.h"
#include "sim/world.h"

namespace {

using namespace mpegflow;

struct Arguments {
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  std::string mutant;                         ///< in the preset of that name: only this one
  std::optional<std::set<sim::Strike>> only;  ///< of the faults that a seed draws
  bool is_exploring = false;
  sim::ExplorerLimits limits;
  bool is_verbose = false;
  bool is_tally = false;  ///< for tools/campaign: sums as "KIND NAME NUMBER", and on after failures
};

bool parse_value(std::string_view name, const char* value, Arguments& arguments) {
  if (name == "--mutant") {
    arguments.mutant = value;
    return true;
  }
  if (name == "--only") {
    arguments.only = sim::parse_strikes(value);
    return arguments.only.has_value();
  }
  const std::uint64_t number = std::strtoull(value, nullptr, 10);
  if (name == "--seeds") arguments.seeds = number;
  else if (name == "--from") arguments.from = number;
  else if (name == "--faults") arguments.limits.faults = static_cast<int>(number);
  else if (name == "--ticks") arguments.limits.ticks = static_cast<int>(number);
  else if (name == "--cancels") arguments.limits.cancels = static_cast<int>(number);
  else if (name == "--reprocesses") arguments.limits.reprocesses = static_cast<int>(number);
  else if (name == "--explore") {
    arguments.is_exploring = true;
    arguments.limits.states = number;
  } else return false;
  return true;
}

bool parse_arguments(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose") {
      arguments.is_verbose = true;
    } else if (name == "--tally") {
      arguments.is_tally = true;
    } else {
      ++i;
      if (i == argc || !parse_value(name, argv[i], arguments)) return false;
    }
  }
  return true;
}

int report_violation(const sim::Outcome& found, bool is_shrunk) {
  const sim::Outcome outcome = is_shrunk ? found : sim::shrink(found);
  fmt::print("seed {} violates {}\n", outcome.seed, *outcome.violation);
  fmt::print("with {} of its {} faults:\n", outcome.struck.size(), found.struck.size());
  for (const sim::Strike& strike : outcome.struck)
    fmt::print("  {} {}\n", to_word(strike.fault), strike.opportunity);
  fmt::print("the last lines:\n");
  for (const std::string& line : outcome.last_lines) fmt::print("{}\n", line);
  const std::string only = sim::to_text(outcome.struck);
  fmt::print("again: mpegflow-sim --seeds 1 --from {} --only {}\n", outcome.seed,
             only.empty() ? "none" : only);
  return 1;
}

int explore_world(const sim::ExplorerLimits& limits) {
  const auto started = std::chrono::steady_clock::now();
  const sim::Explored explored = sim::explore(limits);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  fmt::print("{} states ({} of the store), {} steps, {} ops run, depth {}, {:.1f} s{}\n",
             explored.states, explored.store_states, explored.steps, explored.ops_run,
             explored.depth, took.count(), explored.is_complete ? ", complete" : "");
  if (!explored.violation) return 0;
  fmt::print("violates {}\nby {}\n", *explored.violation, explored.how);
  return 1;
}

void print_tally(const Arguments& arguments, const sim::Tally& tally) {
  fmt::print("seeds all {}\nvirtual_us all {}\n", arguments.seeds, tally.virtual_us);
  for (const auto& [what, count] : tally.counts) {
    std::string name = what;
    std::ranges::replace(name, ' ', '_');
    fmt::print("count {} {}\n", name, count);
  }
  for (std::size_t i = 0; i < sim::kFaults; ++i)
    fmt::print("fault {} {}\n", to_word(static_cast<sim::Fault>(i)), tally.faults[i]);
  fmt::print("pairs possible {}\n", queue::all_task_states().size() * sim::kFaults);
  for (const auto& [pair, count] : tally.covered)
    fmt::print("pair {}/{} {}\n", to_word(pair.second), to_word(pair.first), count);
}

void print_summary(const Arguments& arguments, const sim::Tally& tally, double seconds) {
  fmt::print("{} seeds, {:.0f} virtual hours, {:.1f} s, {:.0f} seeds/s\n", arguments.seeds,
             static_cast<double>(tally.virtual_us) / 3.6e9, seconds,
             static_cast<double>(arguments.seeds) / seconds);
  for (const auto& [what, count] : tally.counts) fmt::print("  {:>9} {}\n", count, what);
  fmt::print("faults:\n");
  for (std::size_t i = 0; i < sim::kFaults; ++i)
    fmt::print("  {:>9} {}\n", tally.faults[i], to_word(static_cast<sim::Fault>(i)));
  fmt::print("(state, fault) pairs: {} of {}\n", tally.covered.size(),
             queue::all_task_states().size() * sim::kFaults);
  fmt::print("crashes by seam:\n");
  for (const auto& [seam, count] : tally.crashes) fmt::print("  {:>9} {}\n", count, seam);
}

}  // namespace

#ifdef MPEGFLOW_MUTANTS
namespace {

/// Plants one bug after another and says which seed finds it, as a Markdown table.
int hunt_mutants(const Arguments& arguments) {
  int survivors = 0;
  fmt::print("| planted bug | what it does | seed | found as |\n|---|---|---|---|\n");
  for (const base::Mutant& mutant : base::all_mutants()) {
    if (!arguments.mutant.empty() && arguments.mutant != mutant.name) continue;
    base::plant(mutant.name);
    std::optional<std::string> violation;
    std::uint64_t seed = arguments.from;
    for (; !violation && seed < arguments.from + arguments.seeds; ++seed)
      violation = sim::World(seed).run().violation;
    if (!violation) ++survivors;
    const std::string found = violation             ? fmt::format("{} | {}", seed - 1, *violation)
                              : base::was_reached() ? "survives |"
                                                    : "never reached: planted nowhere |";
    fmt::print("| {} | {} | {} |\n", mutant.name, mutant.what, found);
    std::fflush(stdout);
  }
  base::plant("");
  return survivors == 0 ? 0 : 1;
}

}  // namespace
#endif

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse_arguments(argc, argv, arguments)) {
    fmt::print(stderr,
               "usage: mpegflow-sim --seeds N [--from S] [--only FAULTS] [--verbose]\n"
               "       mpegflow-sim --explore STATES [--faults N] [--ticks N] [--cancels N] "
               "[--reprocesses N]\n");
    return 64;
  }
  base::set_log_level(base::LogLevel::off);
#ifdef MPEGFLOW_MUTANTS
  return hunt_mutants(arguments);
#endif
  if (arguments.is_exploring) return explore_world(arguments.limits);
  const auto started = std::chrono::steady_clock::now();
  sim::Tally tally;
  for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
    const std::uint64_t seed = arguments.from + i;
    const sim::Outcome outcome =
        sim::World(seed, arguments.only ? &*arguments.only : nullptr).run();
    if (arguments.is_verbose) fmt::print("seed {} trace {:016x}\n", seed, outcome.trace_hash);
    if (outcome.violation && arguments.is_tally)
      fmt::print("violation {}:{} 1\n", seed, outcome.violation->substr(0, 3));
    else if (outcome.violation) return report_violation(outcome, arguments.only.has_value());
    tally.add(outcome.tally);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (arguments.is_tally) print_tally(arguments, tally);
  else print_summary(arguments, tally, took.count());
  return 0;
}
