#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local/child_setup.h"
#include "process/local/guard.h"
#include "process/local/priority.h"
#include "process/local/process_tree.h"

namespace mpegflow::process {

namespace {

/// Address space that is asked for but not used (stacks of threads, arenas) counts in RLIMIT_DATA
/// too, so the limit leaves room; the guard's samples hold the exact one.
std::int64_t data_limit(std::int64_t memory_limit) {
  return memory_limit + memory_limit / 2 + (std::int64_t{512} << 20);
}

/// Child: a limit of 0 is none.
void set_limits(std::int64_t data_bytes) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit data{static_cast<rlim_t>(data_bytes), static_cast<rlim_t>(data_bytes)};
  if (data_bytes > 0) ::setrlimit(RLIMIT_DATA, &data);
}

/// Child: turns into the program, or writes errno into `error_fd`.
[[noreturn]] void exec_program(const GuardPlan& plan, char* const* argv, char* const* environment,
                               int error_fd, pid_t inner, bool limits_data) {
  const auto give_up = [&error_fd] {
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(error_fd, &error, sizeof error);
    ::_exit(127);
  };
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != inner) ::_exit(127);
  reset_signals();
  if (plan.is_last != 0) yield_to_all();
  else yield_to_engine();
  set_limits(limits_data ? data_limit(plan.memory_limit) : 0);
  int first_unwanted = STDERR_FILENO + 1;
  if (plan.progress_fd >= 0) {
    const int wanted = static_cast<int>(plan.progress_fd);
    // The pipe for errors must survive until exec; it makes way if it sits on the wanted number.
    if (wanted == error_fd) error_fd = ::fcntl(error_fd, F_DUPFD_CLOEXEC, error_fd + 1);
    if (wanted == kProgressFd) ::fcntl(kProgressFd, F_SETFD, 0);
    if (wanted != kProgressFd && ::dup2(kProgressFd, wanted) < 0) give_up();
    first_unwanted = wanted + 1;
  }
  // All of ours is close-on-exec already; this is for what a launcher left open.
  if (plan.progress_fd > STDERR_FILENO + 1)
    ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(plan.progress_fd - 1),
                  CLOSE_RANGE_CLOEXEC);
  ::close_range(static_cast<unsigned>(first_unwanted), ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(argv[0], argv, environment);
  give_up();
  std::abort();
}

/// The first process inside: starts the program, passes signals on, reaps everything, reports.
class InnerGuard {
 public:
  InnerGuard(GuardPlan plan, bool limits_data)
      : plan_(std::move(plan)), limits_data_(limits_data), signals_(take_over_signals()) {}

  int run() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!plan_.working_folder.empty() && ::chdir(plan_.working_folder.c_str()) != 0)
      return fail_to_start(errno);
    if (const int error = start_program(); error != 0) return fail_to_start(error);
    close_what_the_program_has();
    report({.kind = InnerReportKind::started});
    watch();
    kill_and_reap_all();
    rusage used{};
    ::getrusage(RUSAGE_CHILDREN, &used);
    const auto to_us = [](const timeval& time) {
      return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
    };
    report({.kind = InnerReportKind::finished,
            .wait_status = wait_status_,
            .cpu_us = to_us(used.ru_utime) + to_us(used.ru_stime)});
    return 0;
  }

 private:
  /// 0 or the errno of exec.
  int start_program() {
    const std::vector<char*> argv = to_pointers(plan_.argv);
    const std::vector<char*> environment = to_pointers(plan_.environment);
    std::array<int, 2> error_pipe{};
    if (::pipe2(error_pipe.data(), O_CLOEXEC) != 0) return errno;
    const pid_t self = ::getpid();
    child_ = ::fork();
    if (child_ < 0) return errno;
    if (child_ == 0)
      exec_program(plan_, argv.data(), environment.data(), error_pipe[1], self, limits_data_);
    ::close(error_pipe[1]);
    int error = 0;
    const ssize_t count = ::read(error_pipe[0], &error, sizeof error);
    ::close(error_pipe[0]);
    return count == static_cast<ssize_t>(sizeof error) ? error : 0;
  }

  /// So that the engine sees the end of the pipes when the program's side is gone.
  void close_what_the_program_has() {
    ::close(STDOUT_FILENO);
    if (plan_.progress_fd >= 0) ::close(kProgressFd);
  }

  void report(const InnerReport& message) {
    [[maybe_unused]] const ssize_t sent =
        ::send(kChannelFd, &message, sizeof message, MSG_NOSIGNAL);
  }

  int fail_to_start(int error) {
    report({.kind = InnerReportKind::exec_failed, .errno_value = error});
    return 127;
  }

  /// Until the program has ended or must be killed.
  void watch() {
    for (;;) {
      reap();
      if (program_ended_) return;
      std::array<pollfd, 2> fds{pollfd{kChannelFd, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
      ::poll(fds.data(), fds.size(), -1);
      drain_signals();
      if (fds[0].revents == 0) continue;
      char command = 0;
      const ssize_t count = ::recv(kChannelFd, &command, 1, MSG_DONTWAIT);
      const bool guard_is_gone = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
      if (guard_is_gone || command == static_cast<char>(InnerCommand::kill)) return;
      // The program leads a session and so a group of its own.
      if (command == static_cast<char>(InnerCommand::terminate)) ::kill(-child_, SIGTERM);
    }
  }

  void drain_signals() {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) > 0) continue;
  }

  /// False once there is no child left.
  bool reap() {
    for (;;) {
      int status = 0;
      const pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid == 0) return true;
      if (pid < 0) return errno == EINTR;
      if (pid != child_) continue;
      program_ended_ = true;
      wait_status_ = status;
    }
  }

  void kill_and_reap_all() {
    while (reap()) {
      if (::getpid() == 1) {
        ::kill(-1, SIGKILL);
      } else {
        kill_descendants(::getpid());
      }
      // Woken by each death; the timeout is for one that forked between the look and the shot.
      pollfd fd{signals_, POLLIN, 0};
      ::poll(&fd, 1, 10);
      drain_signals();
    }
  }

  GuardPlan plan_;
  bool limits_data_;
  int signals_;
  pid_t child_ = -1;
  bool program_ended_ = false;
  int wait_status_ = SIGKILL;
};

}  // namespace

int inner_main(int argc, char** argv) {
  close_strangers();
  auto plan = read_plan();
  if (!plan || plan->argv.empty()) return 126;
  const bool limits_data = argc > 2 && std::strcmp(argv[2], kLimitData) == 0;
  return InnerGuard(std::move(*plan), limits_data).run();
}

}  // namespace mpegflow::process
