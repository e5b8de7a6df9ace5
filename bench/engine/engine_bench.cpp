// engine_bench [--part NAME] [--seconds S] [--rounds N] [--depth N] [--folder FOLDER]: how fast the
// engine moves tasks that do nothing, durably and with its audit events, beside what bare SQLite
// does at the same commits, both sides in turns in one run. Parts: lives, processes, ladders,
// latency, depth, beside.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "encoders.h"
#include "fill.h"
#include "fleet.h"
#include "floor.h"
#include "process/local/priority.h"

namespace {

using namespace mpegflow;
using bench::Fleet;
using std::chrono::steady_clock;

struct Options {
  std::string part;
  double seconds = 2;
  int rounds = 5;
  std::int64_t depth = 1'000'000;
  base::Path folder = fmt::format("/tmp/mpegflow-engine.{}", getpid());
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::string show(const std::vector<double>& values) {
  const auto [low, high] = std::ranges::minmax(values);
  return fmt::format("{:.0f} ({:.0f} to {:.0f})", median(values), low, high);
}

void line(const std::string& what, const std::vector<double>& ours,
          const std::vector<double>& other) {
  fmt::print("| {} | {} | {} | {:.2f} |\n", what, show(ours), show(other),
             median(ours) / median(other));
  std::fflush(stdout);
}

void head(const char* title, const char* ours, const char* other) {
  fmt::print("\n### {}\n\n| | {} | {} | ratio |\n|---|---|---|---|\n", title, ours, other);
}

double engine_lives(const Options& options, int consumers, int renditions = 1) {
  return Fleet(options.folder / "state").live(options.seconds, consumers, renditions);
}

double floor_lives(const Options& options, int batch, bool folded = false) {
  return bench::measure_floor(options.folder / "floor", options.seconds, batch, folded);
}

/// CPU time of this process, all its threads, kernel included.
double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(used.ru_utime) + micros(used.ru_stime);
}

/// A rate, and the CPU that one of what it counts took, in microseconds.
struct Rate {
  double per_second;
  double cpu_us;
};

Rate rate_of(const Options& options, const std::function<double()>& measure) {
  const double before = cpu_us();
  const double per_second = measure();
  return {per_second, (cpu_us() - before) / (per_second * options.seconds)};
}

void measure_lives(const Options& options) {
  head("Task lives per second: submit, claim, commit of a task that does nothing, one at a time",
       "mpegflow", "bare SQLite, three commits");
  std::vector<std::pair<std::string, std::array<std::vector<double>, 2>>> costs;
  for (const int consumers : {1, 8, 64}) {
    std::vector<double> ours, floor;
    std::array<std::vector<double>, 2> cost;
    for (int round = 0; round < options.rounds; ++round) {
      const Rate engine = rate_of(options, [&] { return engine_lives(options, consumers); });
      const Rate bare = rate_of(options, [&] { return floor_lives(options, consumers); });
      ours.push_back(engine.per_second);
      floor.push_back(bare.per_second);
      cost[0].push_back(engine.cpu_us);
      cost[1].push_back(bare.cpu_us);
    }
    line(fmt::format("{} consumers", consumers), ours, floor);
    costs.emplace_back(fmt::format("{} consumers", consumers), std::move(cost));
  }
  head("CPU of one such life, microseconds", "mpegflow", "bare SQLite");
  for (const auto& [what, cost] : costs) line(what, cost[0], cost[1]);
}

/// Every consumer is a process of its own over the same state directory.
double process_lives(const Options& options, int processes) {
  const base::Path folder = options.folder / "shared";
  const Fleet keeper(folder);
  std::vector<std::pair<pid_t, int>> children;
  for (int i = 0; i < processes; ++i) {
    int ends[2];
    base::check(pipe(ends) == 0, "a pipe");
    const pid_t pid = fork();
    if (pid == 0) {
      const double rate = Fleet(folder, true).live(options.seconds, 1);
      _exit(write(ends[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
    }
    close(ends[1]);
    children.emplace_back(pid, ends[0]);
  }
  double sum = 0;
  for (const auto& [pid, end] : children) {
    double rate = 0;
    base::check(read(end, &rate, sizeof rate) == sizeof rate, "every process says its rate");
    close(end);
    waitpid(pid, nullptr, 0);
    sum += rate;
  }
  return sum;
}

void measure_processes(const Options& options) {
  head("The same by separate processes over one state directory", "mpegflow",
       "bare SQLite, one process, three commits for one");
  for (const int processes : {1, 4}) {
    std::vector<double> ours, floor;
    for (int round = 0; round < options.rounds; ++round) {
      ours.push_back(process_lives(options, processes));
      floor.push_back(floor_lives(options, 1));
    }
    line(fmt::format("{} processes", processes), ours, floor);
  }
}

void measure_ladders(const Options& options) {
  head("Ladders per second: five tasks and one that needs them all, 8 consumers", "mpegflow",
       "bare SQLite, six tasks each, three commits for 8");
  std::vector<double> ours, floor;
  for (int round = 0; round < options.rounds; ++round) {
    ours.push_back(engine_lives(options, 8, 5));
    floor.push_back(floor_lives(options, 8) / 6);
  }
  line("ladders", ours, floor);
}

/// From the call of submit to the worker's having its assignment, the worker waiting.
void measure_latency(const Options& options) {
  constexpr int kSubmits = 500;
  Fleet fleet(options.folder / "state");
  const base::SessionId session = fleet.open_session();
  std::vector<double> waits;
  for (int i = 0; i < kSubmits; ++i) {
    std::atomic<bool> is_waiting = false;
    steady_clock::time_point got;
    std::thread worker([&] {
      is_waiting = true;
      for (;;) {
        const auto assignments = fleet.claim(session, 1, std::chrono::seconds(10));
        got = steady_clock::now();
        if (assignments.empty()) continue;
        fleet.commit(assignments.front());
        return;
      }
    });
    while (!is_waiting) std::this_thread::yield();
    // The worker has asked once and been told that there is nothing.
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    const auto began = steady_clock::now();
    fleet.submit();
    worker.join();
    waits.push_back(std::chrono::duration<double, std::milli>(got - began).count());
  }
  fmt::print("\n### From submit to start, one worker waiting, {} times\n\n", kSubmits);
  fmt::print("p50 {:.2f} ms, p90 {:.2f} ms, p99 {:.2f} ms\n", percentile(waits, 0.5),
             percentile(waits, 0.9), percentile(waits, 0.99));
}

/// Microseconds per claim of one task and its commit, over a store as it is.
double claim_cost(Fleet& fleet, const base::SessionId& session) {
  constexpr int kClaims = 200;
  std::vector<double> took;
  for (int i = 0; i < kClaims; ++i) {
    const auto began = steady_clock::now();
    const auto assignments = fleet.claim(session);
    took.push_back(std::chrono::duration<double, std::micro>(steady_clock::now() - began).count());
    base::check(assignments.size() == 1, "a task is waiting");
    fleet.commit(assignments.front());
  }
  return median(std::move(took));
}

void measure_depth(const Options& options) {
  const base::Path deep_folder = options.folder / "deep";
  (void)base::remove_tree(deep_folder);
  {
    Fleet fleet(deep_folder, true);
    fleet.submit();
    fleet.commit(fleet.claim(fleet.open_session()).front());
  }
  bench::multiply_job(deep_folder, options.depth);
  Fleet deep(deep_folder, true);
  Fleet empty(options.folder / "state");
  deep.submit_many(options.depth);
  const base::SessionId deep_session = deep.open_session();
  const base::SessionId empty_session = empty.open_session();
  for (int i = 0; i < 250 * (options.rounds + 1); ++i) empty.submit();
  claim_cost(deep, deep_session);
  claim_cost(empty, empty_session);
  std::vector<double> ours, other;
  for (int round = 0; round < options.rounds; ++round) {
    ours.push_back(claim_cost(deep, deep_session));
    other.push_back(claim_cost(empty, empty_session));
  }
  head("Microseconds per durable claim, median of 200", "deep", "nearly empty");
  line(fmt::format("{0} waiting and {0} finished jobs", options.depth), ours, other);
  (void)base::remove_tree(deep_folder);
}

void measure_beside(const Options& options) {
  head("Task lives per second while an x264 encode runs on every CPU", "beside encodes", "idle");
  for (const int consumers : {1, 8}) {
    std::vector<double> beside, idle;
    for (int round = 0; round < options.rounds; ++round) {
      idle.push_back(engine_lives(options, consumers));
      const bench::Encoders encoders(options.folder);
      beside.push_back(engine_lives(options, consumers));
    }
    line(fmt::format("{} consumers", consumers), beside, idle);
  }
}

constexpr std::pair<std::string_view, void (*)(const Options&)> kParts[] = {
    {"lives", measure_lives},     {"processes", measure_processes}, {"ladders", measure_ladders},
    {"latency", measure_latency}, {"depth", measure_depth},         {"beside", measure_beside}};

/// None if there is anything that is not known.
std::optional<Options> read_options(const std::vector<std::string>& words) {
  Options options;
  if (words.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const std::string& name = words[i];
    const std::string& value = words[i + 1];
    if (name == "--part") options.part = value;
    else if (name == "--seconds") options.seconds = std::atof(value.c_str());
    else if (name == "--rounds") options.rounds = std::atoi(value.c_str());
    else if (name == "--depth") options.depth = std::atoll(value.c_str());
    else if (name == "--folder") options.folder = value;
    else return std::nullopt;
  }
  const bool is_part =
      std::ranges::any_of(kParts, [&](const auto& part) { return part.first == options.part; });
  if (!is_part && !options.part.empty()) return std::nullopt;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto read = read_options({argv + 1, argv + argc});
  if (!read) {
    fmt::print(stderr,
               "usage: engine_bench [--part lives|processes|ladders|latency|depth|beside]\n"
               "                    [--seconds S] [--rounds N] [--depth N] [--folder FOLDER]\n");
    return 64;
  }
  const Options& options = *read;
  std::filesystem::create_directories(options.folder);
  process::ask_for_short_slices();  // as mpegflow does, and for the floor's sake, too
  try {
    for (const auto& [name, measure] : kParts)
      if (options.part.empty() || options.part == name) measure(options);
  } catch (const base::InvariantViolation& violation) {
    fmt::print(stderr, "engine_bench: {}\n", violation.what);
    return 1;
  }
  std::filesystem::remove_all(options.folder);
  return 0;
}
