// overhead [--program FILE] [--rounds N] [--ladder SECONDS] [--long SECONDS] [--part NAME]
// [--folder FOLDER]: what mpegflow costs over the bare FFmpeg commands that it runs, both
// sides in one run, in turns. CPU time is read per thread at its end from the scheduler, so it does
// not depend on who else uses the machine more than caches and clocks do.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <unistd.h>

#include <fmt/format.h>

#include "base/json.h"
#include "cpu_ledger.h"

namespace {

using namespace mpegflow;
using bench::Command;
using bench::Ledger;

struct Options {
  base::Path program;
  base::Path folder = fmt::format("/tmp/mpegflow-overhead.{}", getpid());
  int rounds = 5;
  int ladder_seconds = 180;  ///< of source; some 110 s of CPU
  int long_seconds = 110;
  std::string part;  ///< second, command, tiny, ladder or long; empty: all
};

struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
};

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[values.size() / 2], values.front(), values.back()};
}

std::string show(const Spread& spread, const char* unit) {
  return fmt::format("{:.3f} {} ({:.3f} to {:.3f})", spread.median, unit, spread.low, spread.high);
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {
    std::filesystem::remove_all(options_.folder);
    std::filesystem::create_directories(options_.folder);
    setenv("MPEGFLOW_STATE", (options_.folder / "state").c_str(), 1);
  }

  bool make_clip(const std::string& name, const std::string& size, int seconds) {
    const std::string picture = fmt::format("testsrc2=size={}:rate=30:duration={}", size, seconds);
    return run({{"ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i",
                 fmt::format("sine=duration={}", seconds), "-c:v", "libx264", "-preset",
                 "ultrafast", "-c:a", "aac", options_.folder / name}})
        .is_ok;
  }

  /// Both sides, in turns; prints them and their ratio. False if a command failed.
  bool compare(const std::string& title, const std::string& clip, const std::string& spec,
               int rounds) {
    const base::Path file = options_.folder / "spec.yaml";
    std::ofstream(file) << "input: " << (options_.folder / clip).native() << "\n"
                        << spec << "\noutput: " << (options_.folder / "out").native() << "/\n";
    const auto bare = read_bare_commands(file, clip);
    return !bare.empty() &&
           race(title, bare, {options_.program, "run", "-q", "-j", "2", "--again", file},
                {options_.program, "run", "-q", file}, rounds);
  }

  /// A command as it stands, and as a job.
  bool compare_command(const std::string& title, const std::vector<std::string>& words,
                       int rounds) {
    std::vector<std::string> again = {options_.program, "run", "-q", "--again", "--"};
    std::vector<std::string> once = {options_.program, "run", "-q", "--"};
    again.insert(again.end(), words.begin(), words.end());
    once.insert(once.end(), words.begin(), words.end());
    // What is asked of an FFmpeg that was never seen before is not what a command costs.
    return run({once}).is_ok && race(title, {command(words)}, again, once, rounds);
  }

  void clean_up() { std::filesystem::remove_all(options_.folder); }

  std::string path_of(const std::string& name) const { return options_.folder / name; }

 private:
  bool race(const std::string& title, const std::vector<Command>& bare,
            const std::vector<std::string>& again, const std::vector<std::string>& once,
            int rounds) const {
    std::vector<Ledger> bare_side;
    std::vector<Ledger> our_side;
    const Command ours = command(again);
    for (int round = 0; round < rounds; ++round) {
      if (round % 2 == 0) bare_side.push_back(bench::run_counted(bare, 2));
      our_side.push_back(bench::run_counted({ours}, 1));
      if (round % 2 == 1) bare_side.push_back(bench::run_counted(bare, 2));
      if (!bare_side.back().is_ok || !our_side.back().is_ok) return false;
    }
    print(title, bare_side, our_side);
    const Ledger idle = run({once});
    fmt::print(
        "| the same command once more, nothing to do | | {:.3f} s wall, {:.3f} s CPU | |\n\n",
        idle.wall_seconds, idle.total());
    std::fflush(stdout);
    return idle.is_ok;
  }

  Command command(std::vector<std::string> argv) const {
    return {std::move(argv), options_.folder, options_.folder / "stdout",
            options_.folder / "stderr"};
  }

  Ledger run(const std::vector<std::vector<std::string>>& argvs) const {
    std::vector<Command> commands;
    for (const auto& argv : argvs) commands.push_back(command(argv));
    return bench::run_counted(commands, 1);
  }

  /// The encodes as `spec plan` tells them, in a folder with the same names in it, to a file.
  std::vector<Command> read_bare_commands(const base::Path& spec, const std::string& clip) {
    if (!run({{options_.program, "spec", "plan", spec, "--json"}}).is_ok) return {};
    const auto plan =
        base::parse_json(base::read_file(options_.folder / "stdout").value_or(""), "plan");
    if (!plan || !plan->is_object()) return {};
    std::vector<Command> commands;
    for (const auto& task : base::array_or(plan->get_object(), "tasks")) {
      Command bare;
      for (const auto& word : base::array_or(task.get_object(), "argv"))
        bare.argv.emplace_back(word.get_string());
      if (bare.argv.empty()) continue;
      const std::string key = base::text_or(task.get_object(), "key");
      bare.folder = options_.folder / "bare" / key;
      bare.output = bare.folder / "output";
      bare.errors = bare.folder / "errors";
      bare.progress = true;
      bare.argv.insert(bare.argv.begin() + 1, "-y");
      std::filesystem::remove_all(bare.folder);
      std::filesystem::create_directories(bare.folder / "in");
      std::filesystem::create_directories(bare.folder / "out");
      for (const std::string& word : bare.argv)
        if (word.starts_with("file:in/") || word.starts_with("in/"))
          std::filesystem::create_symlink(options_.folder / clip,
                                          bare.folder / word.substr(word.find("in/")));
      commands.push_back(std::move(bare));
    }
    return commands;
  }

  static void print(const std::string& title, const std::vector<Ledger>& bare,
                    const std::vector<Ledger>& ours) {
    const auto collect = [](const std::vector<Ledger>& side, const auto& value) {
      std::vector<double> values;
      for (const Ledger& ledger : side) values.push_back(value(ledger));
      return spread_of(std::move(values));
    };
    const auto wall = [](const Ledger& ledger) { return ledger.wall_seconds; };
    const auto total = [](const Ledger& ledger) { return ledger.total(); };
    const auto own = [](const Ledger& ledger) { return ledger.own(); };
    fmt::print(
        "### {} ({} rounds)\n\n| | bare commands | mpegflow run | difference |\n"
        "|---|---|---|---|\n",
        title, ours.size());
    const auto line = [&](const char* name, const Spread& left, const Spread& right) {
      fmt::print("| {} | {} | {} | {:+.3f} s, {:+.2f} % |\n", name, show(left, "s"),
                 show(right, "s"), right.median - left.median,
                 100 * (right.median / left.median - 1));
    };
    line("wall", collect(bare, wall), collect(ours, wall));
    std::vector<double> more;
    for (std::size_t i = 0; i < ours.size(); ++i) more.push_back(wall(ours[i]) - wall(bare[i]));
    fmt::print("| wall, ours less the bare one beside it | | | {} |\n",
               show(spread_of(std::move(more)), "s"));
    line("CPU, all processes", collect(bare, total), collect(ours, total));
    std::vector<std::string> roles;
    for (const Ledger& ledger : ours)
      for (const auto& [role, seconds] : ledger.cpu_seconds)
        if (std::ranges::find(roles, role) == roles.end()) roles.push_back(role);
    for (const std::string& role : roles) {
      const auto of = [&](const Ledger& ledger) { return ledger.of(role); };
      const auto processes = ours.back().processes.find(role);
      fmt::print("| CPU, {} ({}) | {} | {} | |\n", role,
                 processes == ours.back().processes.end() ? 0 : processes->second,
                 role == "ffmpeg" ? show(collect(bare, of), "s") : "",
                 show(collect(ours, of), "s"));
    }
    const auto share = [&](const Ledger& ledger) {
      return 100 * ledger.own() / ledger.of("ffmpeg");
    };
    fmt::print("| **own CPU: mpegflow, guards, bwrap** | | {} | **{} of FFmpeg's** |\n",
               show(collect(ours, own), "s"), show(collect(ours, share), "%"));
  }

  Options options_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--program") options.program = std::filesystem::absolute(argv[i + 1]);
    else if (name == "--rounds") options.rounds = std::atoi(argv[i + 1]);
    else if (name == "--ladder") options.ladder_seconds = std::atoi(argv[i + 1]);
    else if (name == "--long") options.long_seconds = std::atoi(argv[i + 1]);
    else if (name == "--part") options.part = argv[i + 1];
    else if (name == "--folder") options.folder = argv[i + 1];
  }
  if (options.program.empty() || options.rounds < 1) {
    fmt::print(stderr,
               "usage: overhead --program FILE [--rounds N] [--ladder SECONDS] [--long SECONDS] "
               "[--part NAME] [--folder FOLDER]\n");
    return 2;
  }
  Bench bench(options);
  const std::string ladder =
      "renditions: [{height: 720}, {height: 480}, {height: 360}, {height: 240}]";
  const std::string raw =
      "tasks: [{key: film, args: \"-i {input.main} -c:v libx264 -preset slow -crf 20 -threads 2 "
      "-c:a aac {output.film.mp4}\"}]";
  const auto wants = [&](std::string_view part) {
    return options.part.empty() || options.part == part;
  };
  bool is_ok = true;
  if (wants("second"))
    is_ok = is_ok && bench.make_clip("second.mp4", "1280x720", 1) &&
            bench.compare_command("A command: 1 s of 720p, libx264 as it is",
                                  {"ffmpeg", "-y", "-i", bench.path_of("second.mp4"), "-c:v",
                                   "libx264", "-c:a", "aac", bench.path_of("second-out.mp4")},
                                  options.rounds);
  if (wants("command"))
    is_ok = is_ok && bench.make_clip("command.mp4", "1280x720", 4) &&
            bench.compare_command(
                "A command: 4 s of 720p, preset veryfast",
                {"ffmpeg", "-y", "-i", bench.path_of("command.mp4"), "-c:v", "libx264", "-preset",
                 "veryfast", "-c:a", "aac", bench.path_of("film.mp4")},
                options.rounds);
  if (wants("tiny"))
    is_ok = is_ok && bench.make_clip("tiny.mp4", "320x180", 1) &&
            bench.compare("A tiny job: 1 s of 320x180, one rendition", "tiny.mp4",
                          "renditions: [{height: 180}]", options.rounds);
  if (wants("ladder"))
    is_ok = is_ok && bench.make_clip("ladder.mp4", "1280x720", options.ladder_seconds) &&
            bench.compare(
                fmt::format("A ladder: {} s of 720p to four renditions", options.ladder_seconds),
                "ladder.mp4", ladder, options.rounds);
  if (wants("long"))
    is_ok = is_ok && bench.make_clip("long.mp4", "1280x720", options.long_seconds) &&
            bench.compare(fmt::format("One long encode: {} s of 720p, preset slow, a raw task",
                                      options.long_seconds),
                          "long.mp4", raw, std::max(1, options.rounds / 3));
  if (!is_ok) {
    fmt::print(stderr, "overhead: a command failed; see {}\n", options.folder.native());
    return 1;
  }
  bench.clean_up();
  return 0;
}
