#include "cpu_ledger.h"

#include <chrono>
#include <cstdlib>
#include <set>

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mpegflow::bench {
namespace {

constexpr unsigned long kOptions = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                                   PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC;

std::string read_of(pid_t task, const std::string& file) {
  return base::read_file("/proc/" + std::to_string(task) + "/" + file).value_or("");
}

std::string find_role(pid_t task) {
  const std::string words = read_of(task, "cmdline");
  const auto has = [&](const char* word) { return words.find(word) != std::string::npos; };
  std::string program = words.substr(0, words.find('\0'));
  program = program.substr(program.rfind('/') + 1);
  // The inner guard is started through a descriptor, so its first word is no name.
  if (program == "bwrap") return program;
  if (words.find(std::string("\0guard-inner", 12)) != std::string::npos) return "guard-inner";
  if (program == "mpegflow" && words.find(std::string("\0guard", 6)) != std::string::npos)
    return "guard";
  // mpegflow asks FFmpeg for its version, and decodes the end of what a raw command wrote.
  if (program == "ffmpeg" && (has("-sseof") || has("-version") || has("-buildconf")))
    return "ffmpeg, asking and checking";
  return program.empty() ? "?" : program;
}

void start(const Command& command) {
  std::vector<char*> argv;
  std::vector<std::string> words = command.argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::raise(SIGSTOP);  // until the tracer has taken hold
  const int out = ::open(command.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int err = ::open(command.errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int null = ::open("/dev/null", O_RDWR);
  if (::chdir(command.folder.c_str()) != 0 || out < 0 || err < 0 || null < 0) ::_exit(126);
  ::dup2(out, 10);
  ::dup2(err, 11);
  ::dup2(null, 0);
  ::dup2(10, 1);
  ::dup2(11, 2);
  if (command.progress) ::dup2(null, 12), ::dup2(12, 3), ::close_range(4, ~0U, 0);
  else ::close_range(3, ~0U, 0);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

class Tracer {
 public:
  Tracer(const std::vector<Command>& commands, int at_once)
      : commands_(commands), at_once_(at_once) {}

  Ledger run() {
    const auto started = std::chrono::steady_clock::now();
    while (next_ < commands_.size() && running_.size() < static_cast<std::size_t>(at_once_))
      start_next();
    int status = 0;
    for (pid_t task = 0; (task = ::waitpid(-1, &status, __WALL)) > 0;) on_change(task, status);
    ledger_.wall_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return ledger_;
  }

 private:
  void start_next() {
    const pid_t pid = ::fork();
    if (pid == 0) start(commands_[next_]);
    int status = 0;
    ::waitpid(pid, &status, WUNTRACED);
    ::ptrace(PTRACE_SEIZE, pid, 0, kOptions);
    ::kill(pid, SIGCONT);
    running_.insert(pid);
    ++next_;
  }

  void on_change(pid_t task, int status) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (running_.erase(task) == 0) return;
      ledger_.is_ok = ledger_.is_ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
      if (next_ < commands_.size()) start_next();
      return;
    }
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    if (event == PTRACE_EVENT_EXIT) note(task);
    if (event == PTRACE_EVENT_STOP &&
        (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU)) {
      ::ptrace(PTRACE_LISTEN, task, 0, 0);
      return;
    }
    ::ptrace(PTRACE_CONT, task, 0, event == 0 ? signal : 0);
  }

  void note(pid_t task) {
    const std::string role = find_role(task);
    ledger_.cpu_seconds[role] += std::strtod(read_of(task, "schedstat").c_str(), nullptr) / 1e9;
    const std::string words = read_of(task, "status");
    if (words.find("\nTgid:\t" + std::to_string(task) + "\n") != std::string::npos)
      ++ledger_.processes[role];
  }

  const std::vector<Command>& commands_;
  int at_once_;
  std::size_t next_ = 0;
  std::set<pid_t> running_;
  Ledger ledger_;
};

}  // namespace

double Ledger::total() const {
  double sum = 0;
  for (const auto& [role, seconds] : cpu_seconds) sum += seconds;
  return sum;
}

double Ledger::of(const std::string& role) const {
  const auto found = cpu_seconds.find(role);
  return found == cpu_seconds.end() ? 0 : found->second;
}

double Ledger::own() const {
  return of("mpegflow") + of("guard") + of("guard-inner") + of("bwrap");
}

Ledger run_counted(const std::vector<Command>& commands, int at_once) {
  return Tracer(commands, at_once).run();
}

}  // namespace mpegflow::bench
