#include "e2e/support/run_command.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/text.h"

extern char** environ;

namespace mpegflow::e2e {
namespace {

std::vector<std::string> join_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> to_pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  base::UniqueFd reader;
  base::UniqueFd writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {base::UniqueFd(ends[0]), base::UniqueFd(ends[1])};
}

pid_t spawn(std::vector<std::string> words, const CommandOptions& options, int out, int err) {
  std::vector<std::string> variables = join_environment(options.environment);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (!options.folder.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, err, 2);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, words.front().c_str(), &actions, &attributes,
                                    to_pointers(words).data(), to_pointers(variables).data());
  EXPECT_EQ(failed, 0) << words.front() << " cannot be started";
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : -1;
}

/// Appends what is there to `text`; false at the end of the stream.
bool read_some(const base::UniqueFd& fd, std::string& text) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& argv, const CommandOptions& options) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  CommandResult result;
  const pid_t pid = spawn(argv, options, out.writer.get(), err.writer.get());
  if (pid < 0) return result;
  out.writer.reset();
  err.writer.reset();
  const base::UniqueFd exited(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto limit = std::chrono::steady_clock::now() + options.time_limit;
  bool is_late = false;
  // A stream that has ended is taken out by its negative number.
  std::array<pollfd, 3> waits{
      {{out.reader.get(), POLLIN, 0}, {err.reader.get(), POLLIN, 0}, {exited.get(), POLLIN, 0}}};
  while (std::ranges::any_of(waits, [](const pollfd& wait) { return wait.fd >= 0; })) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        limit - std::chrono::steady_clock::now());
    if (left.count() <= 0 ||
        ::poll(waits.data(), waits.size(), static_cast<int>(left.count())) == 0) {
      ::kill(-pid, SIGKILL);
      is_late = true;
      break;
    }
    if (waits[0].revents != 0 && !read_some(out.reader, result.out)) waits[0].fd = -1;
    if (waits[1].revents != 0 && !read_some(err.reader, result.err)) waits[1].fd = -1;
    if (waits[2].revents != 0) waits[2].fd = -1;
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.exit_code = is_late             ? 124
                     : WIFEXITED(status) ? WEXITSTATUS(status)
                                         : 128 + WTERMSIG(status);
  return result;
}

std::vector<boost::json::value> parse_json_lines(const std::string& text) {
  std::vector<boost::json::value> values;
  for (const std::string& line : base::split(text, '\n')) {
    if (line.empty()) continue;
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(line, error);
    EXPECT_FALSE(error) << "no JSON: " << line;
    if (!error) values.push_back(std::move(value));
  }
  return values;
}

std::vector<std::string> list_tree(const base::Path& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error))
    names.push_back(at->path().lexically_relative(root).native());
  std::ranges::sort(names);
  return names;
}

}  // namespace mpegflow::e2e
