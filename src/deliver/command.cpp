#include "deliver/command.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file.h"

extern char** environ;

namespace mpegflow::deliver {
namespace {

tl::unexpected<base::Error> fail(std::string what) {
  return base::fail(base::ErrorCode::process_failed, std::move(what));
}

std::string describe(int error) {
  return std::generic_category().message(error);
}

/// posix_spawn with what such a child needs: a socket as standard input, no output, a group of its
/// own, the signals as they are by default.
base::Result<pid_t> spawn(const std::vector<std::string>& argv,
                          const std::vector<std::string>& extra_environment, int input) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  for (const std::string& entry : extra_environment)
    environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, words.front(), &files, &attributes, words.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    return fail(fmt::format("{} could not be started: {}", argv.front(), describe(error)));
  return pid;
}

/// Gives the body as far as it is taken; one who does not read it may still have done its work.
void feed(int fd, std::string_view body, const base::SystemClock& clock, base::SteadyTime until) {
  while (!body.empty() && clock.steady() < until) {
    const ssize_t sent = send(fd, body.data(), body.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      body.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return;
    pollfd wait{fd, POLLOUT, 0};
    (void)poll(&wait, 1, 100);
  }
}

/// How it ended; nullopt if its time was over, and then it is gone.
std::optional<int> wait_for_end(pid_t pid, const base::SystemClock& clock, base::SteadyTime until) {
  const base::UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  bool is_over = false;
  while (!is_over && clock.steady() < until) {
    const auto left = (until - clock.steady()).count() / 1000 + 1;
    is_over = poll(&ended, 1, static_cast<int>(left)) > 0;
  }
  if (!is_over) (void)kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!is_over) return std::nullopt;
  return status;
}

}  // namespace

base::Result<int> run_command(const std::vector<std::string>& argv, const std::string& body,
                              const std::vector<std::string>& extra_environment,
                              base::Micros timeout) {
  if (argv.empty()) return fail("the command is empty");
  const base::SystemClock clock;
  const base::SteadyTime until = clock.steady() + timeout;
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail("no socket: " + describe(errno));
  base::UniqueFd ours(ends[0]);
  base::UniqueFd theirs(ends[1]);
  ASSIGN_OR_RETURN(const pid_t pid, spawn(argv, extra_environment, theirs.get()));
  theirs = base::UniqueFd();
  feed(ours.get(), body, clock, until);
  ours = base::UniqueFd();
  const auto status = wait_for_end(pid, clock, until);
  if (!status)
    return fail(fmt::format("{} took longer than {}", argv.front(), base::to_human(timeout)));
  if (WIFSIGNALED(*status))
    return fail(fmt::format("{} was ended by signal {}", argv.front(), WTERMSIG(*status)));
  return WEXITSTATUS(*status);
}

base::Result<void> run_alert_command(const std::vector<std::string>& argv, const std::string& body,
                                     const std::vector<std::string>& extra_environment,
                                     base::Micros timeout) {
  ASSIGN_OR_RETURN(const int code, run_command(argv, body, extra_environment, timeout));
  if (code != 0) return fail(fmt::format("{} ended with {}", argv.front(), code));
  return {};
}

}  // namespace mpegflow::deliver
