#include "e2e/kill/command.h"

#include <array>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sha256.h"

extern char** environ;

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;

int to_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

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

}  // namespace

RunningCommand::RunningCommand(const std::vector<std::string>& argv, const base::Path& folder,
                               const std::map<std::string, std::string>& environment,
                               const base::Path& streams)
    : out_file_(streams.native() + ".out"), err_file_(streams.native() + ".err") {
  std::vector<std::string> words = argv;
  std::vector<std::string> variables = join_environment(environment);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  constexpr int kFresh = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&actions, 1, out_file_.c_str(), kFresh, 0644);
  ::posix_spawn_file_actions_addopen(&actions, 2, err_file_.c_str(), kFresh, 0644);
  if (::posix_spawnp(&pid_, words.front().c_str(), &actions, nullptr, to_pointers(words).data(),
                     to_pointers(variables).data()) != 0)
    pid_ = -1;
  ::posix_spawn_file_actions_destroy(&actions);
}

RunningCommand::~RunningCommand() {
  if (pid_ <= 0 || has_ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool RunningCommand::has_ended() {
  int status = 0;
  if (pid_ <= 0 || has_ended_ || ::waitpid(pid_, &status, WNOHANG) != pid_)
    return has_ended_ || pid_ <= 0;
  exit_code_ = to_code(status);
  return has_ended_ = true;
}

int RunningCommand::wait(int seconds) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!has_ended()) {
    if (std::chrono::steady_clock::now() > give_up) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      has_ended_ = true;
      return exit_code_ = 124;
    }
    std::this_thread::sleep_for(2ms);
  }
  return exit_code_;
}

std::string RunningCommand::out() const {
  return base::read_file(out_file_).value_or("");
}

std::string RunningCommand::err() const {
  return base::read_file(err_file_).value_or("");
}

std::map<std::string, std::string> hash_tree(const base::Path& root) {
  std::map<std::string, std::string> tree;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().lexically_relative(root).native();
    if (at->is_symlink()) tree[name] = "link";
    else if (at->is_directory()) tree[name + "/"] = "folder";
    else if (!at->is_regular_file()) tree[name] = "neither file nor folder";  // a FIFO would block
    else tree[name] = base::Sha256::hex_of(base::read_file(at->path()).value_or(""));
  }
  return tree;
}

}  // namespace mpegflow::e2e
