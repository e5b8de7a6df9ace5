#include "e2e/kill/strike.h"

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include "process/local/guard.h"
#include "process/local/process_tree.h"

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using process::read_kernel_file;

std::string folder_of(pid_t pid) {
  return "/proc/" + std::to_string(pid) + "/";
}

/// The fields of stat behind the name, which may hold anything: "S 1 ...".
std::string read_stat(pid_t pid) {
  const std::string stat = read_kernel_file(folder_of(pid) + "stat");
  const std::size_t end = stat.rfind(')');
  return end == std::string::npos ? "" : stat.substr(end + 2);
}

std::string find_start_time(const std::string& stat) {
  std::size_t at = 0;
  for (int field = 3; field < 22 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  return at == std::string::npos ? "" : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

bool is_alive(const std::string& stat) {
  return !stat.empty() && stat.front() != 'Z' && stat.front() != 'X';
}

std::string read_name(pid_t pid) {
  const std::string name = read_kernel_file(folder_of(pid) + "comm");
  return name.substr(0, name.find('\n'));
}

std::string read_word(pid_t pid, std::size_t number) {
  const std::string words = read_kernel_file(folder_of(pid) + "cmdline");
  std::size_t start = 0;
  for (; number > 0; --number) {
    start = words.find('\0', start);
    if (start == std::string::npos) return "";
    ++start;
  }
  return words.substr(start, words.find('\0', start) - start);
}

bool is(pid_t pid, Victim victim) {
  switch (victim) {
    case Victim::guard: return read_word(pid, 1) == process::kGuardCommand;
    case Victim::inner: return read_word(pid, 1) == process::kInnerCommand;
    case Victim::bubblewrap: return read_name(pid) == "bwrap";
    case Victim::encoder: return read_name(pid) == "ffmpeg";
    default: return false;
  }
}

std::string read_link(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : "";
}

bool touches(pid_t pid, const std::string& folder) {
  const auto is_below = [&](const std::string& text) {
    return text.find(folder) != std::string::npos;
  };
  if (is_below(read_kernel_file(folder_of(pid) + "cmdline")) ||
      is_below(read_link(folder_of(pid) + "cwd")))
    return true;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_of(pid) + "fd", error), end;
       !error && at != end; at.increment(error))
    if (is_below(read_link(at->path().native()))) return true;
  return false;
}

std::vector<pid_t> list_processes() {
  std::vector<pid_t> pids;
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error))
    if (const int pid = std::atoi(at->path().filename().c_str()); pid > 0 && pid != ::getpid())
      pids.push_back(pid);
  return pids;
}

/// The folder that the new tree is built in is there.
bool is_publishing(const base::Path& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().native().find(".mpegflow-") != std::string::npos &&
        std::filesystem::exists(at->path() / "publish", ignored))
      return true;
  }
  return false;
}

}  // namespace

std::string to_text(Victim victim) {
  switch (victim) {
    case Victim::engine: return "kill -9 mpegflow";
    case Victim::engine_ctrl_c: return "SIGINT mpegflow";
    case Victim::engine_terminated: return "SIGTERM mpegflow";
    case Victim::guard: return "kill -9 guard";
    case Victim::bubblewrap: return "kill -9 bwrap";
    case Victim::inner: return "kill -9 guard-inner";
    case Victim::encoder: return "kill -9 ffmpeg";
  }
  return "";
}

bool ends_engine(Victim victim) {
  return victim == Victim::engine || victim == Victim::engine_ctrl_c ||
         victim == Victim::engine_terminated;
}

std::vector<ProcessMark> find_family(pid_t root) {
  std::vector<pid_t> pids = process::list_descendants(root, process::ThreadsLookedAt::all);
  pids.push_back(root);
  std::vector<ProcessMark> family;
  for (const pid_t pid : pids)
    if (const std::string stat = read_stat(pid); is_alive(stat))
      family.push_back({pid, find_start_time(stat)});
  return family;
}

std::vector<std::string> find_survivors(const std::vector<ProcessMark>& known,
                                        const base::Path& folder) {
  std::vector<std::string> survivors;
  for (const pid_t pid : list_processes()) {
    const std::string stat = read_stat(pid);
    if (!is_alive(stat)) continue;
    const ProcessMark mark{pid, find_start_time(stat)};
    if (std::ranges::find(known, mark) != known.end() || touches(pid, folder.native()))
      survivors.push_back(read_name(pid) + " " + std::to_string(pid));
  }
  return survivors;
}

bool strike(RunningCommand& command, Victim victim, const Moment& moment, const base::Path& folder,
            std::uint64_t seed, std::vector<ProcessMark>& family) {
  while (moment.at_publish && !is_publishing(folder)) {
    if (command.has_ended()) return false;
    std::this_thread::sleep_for(100us);
  }
  const auto due = Clock::now() + moment.after;
  if (moment.after > 2ms) std::this_thread::sleep_until(due - 1ms);
  while (Clock::now() < due) continue;
  std::mt19937_64 draw(seed);
  while (!command.has_ended()) {
    if (!moment.at_publish) family = find_family(command.pid());
    std::vector<pid_t> targets;
    for (const ProcessMark& mark : family)
      if (is(mark.pid, victim)) targets.push_back(mark.pid);
    if (ends_engine(victim)) targets = {command.pid()};
    if (targets.empty()) {
      std::this_thread::sleep_for(1ms);
      continue;
    }
    const pid_t target = targets[draw() % targets.size()];
    const int signal = victim == Victim::engine_ctrl_c       ? SIGINT
                       : victim == Victim::engine_terminated ? SIGTERM
                                                             : SIGKILL;
    return ::kill(target, signal) == 0;
  }
  return false;
}

}  // namespace mpegflow::e2e
