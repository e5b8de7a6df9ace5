#include "process/local/launch.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local/child_setup.h"
#include "process/local/guard.h"
#include "process/local/priority.h"
#include "process/local/process_tree.h"

namespace mpegflow::process {

namespace {

pid_t fork_with(std::uint64_t namespaces) {
  clone_args arguments{};
  arguments.flags = namespaces;
  arguments.exit_signal = SIGCHLD;
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

/// Child: everything that is prepared before the fork, because only system calls are safe after it.
struct ChildOrders {
  char* const* argv;
  char* const* environment;
  int channel;
  int cgroup_procs;
  int user_namespace;
  pid_t guard;
  bool new_user_namespace;
  bool has_launcher;
  bool pid_namespace;
  bool is_last;
  const char* uid_map;
  const char* gid_map;
};

void write_file(const char* path, const char* text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, text, std::strlen(text));
  ::close(fd);
}

/// False if there is a cgroup to join and it does not take us: no limit would hold.
bool join_cgroup(const ChildOrders& orders) {
  return orders.cgroup_procs < 0 || ::write(orders.cgroup_procs, "0", 1) == 1;
}

/// The guard may have died before the signal was asked for; its end of the channel tells.
bool is_guard_gone(const ChildOrders& orders) {
  pollfd fd{orders.channel, 0, 0};
  return ::poll(&fd, 1, 0) > 0 || (!orders.pid_namespace && ::getppid() != orders.guard);
}

[[noreturn]] void exec_launcher(const ChildOrders& orders) {
  if (orders.new_user_namespace) {
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", orders.uid_map);
    write_file("/proc/self/gid_map", orders.gid_map);
  }
  if (!join_cgroup(orders)) ::_exit(127);
  if (orders.is_last) step_back();
  // An inner guard without a pid namespace must outlive the guard for the moment it takes to end
  // what it started.
  if (orders.has_launcher || orders.pid_namespace) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (is_guard_gone(orders)) ::_exit(127);
  reset_signals();
  if (::dup2(orders.channel, kChannelFd) < 0) ::_exit(127);
  if (orders.user_namespace >= 0 && ::dup2(orders.user_namespace, kUserNamespaceFd) < 0)
    ::_exit(127);
  ::fcntl(kPlanFd, F_SETFD, 0);
  ::fcntl(kProgressFd, F_SETFD, 0);
  ::execve(orders.argv[0], orders.argv, orders.environment);
  ::_exit(127);
}

/// A map that gives every id of our own namespace (`own_map`, lines "inside outside count") the
/// same number in a new one.
std::string make_identity_map(const std::string& own_map) {
  std::string map;
  const char* at = own_map.c_str();
  for (char* end = nullptr;; at = end) {
    const long long inside = std::strtoll(at, &end, 10);
    if (end == at) return map;
    std::strtoll(end, &end, 10);
    const long long count = std::strtoll(end, &end, 10);
    map += std::to_string(inside) + ' ' + std::to_string(inside) + ' ' + std::to_string(count);
    map += '\n';
  }
}

/// A user namespace in which every user is who he is outside. Root has no power over files of
/// others in the one that bubblewrap would make, not even to look into their folders. -1 if it is
/// not allowed.
int open_identity_namespace() {
  const std::string uid_map = make_identity_map(read_kernel_file("/proc/self/uid_map"));
  const std::string gid_map = make_identity_map(read_kernel_file("/proc/self/gid_map"));
  const pid_t guard = ::getpid();
  const pid_t holder = fork_with(CLONE_NEWUSER);
  // The engine knows by the guard's channel that the guard is gone: nobody else may keep it open.
  if (holder == 0) stay_for(guard);
  if (holder < 0) return -1;
  const std::string folder = "/proc/" + std::to_string(holder);
  write_file((folder + "/uid_map").c_str(), uid_map.c_str());
  write_file((folder + "/gid_map").c_str(), gid_map.c_str());
  const int opened = ::open((folder + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  return opened;
}

std::string make_id_map(unsigned id) {
  return std::to_string(id) + ' ' + std::to_string(id) + " 1";
}

}  // namespace

Launched launch_inner(const GuardPlan& plan, const std::optional<Cgroup>& cgroup) {
  const bool has_launcher = !plan.launcher.empty();
  std::vector<std::string> words = plan.launcher;
  if (!has_launcher) words = {"/proc/self/exe", kInnerCommand};
  if (!cgroup && plan.memory_limit > 0) words.push_back(kLimitData);
  const std::vector<char*> argv = to_pointers(words);
  const std::vector<char*> environment = to_pointers(plan.environment);
  const std::string uid_map = make_id_map(::geteuid());
  const std::string gid_map = make_id_map(::getegid());
  std::array<int, 2> channel{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel.data()) != 0)
    return {.errno_value = errno};
  // The kernel then tells the inner guard's pid as we see it, whatever namespace it is in.
  const int on = 1;
  ::setsockopt(channel[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  ChildOrders orders{.argv = argv.data(),
                     .environment = environment.data(),
                     .channel = channel[1],
                     .cgroup_procs = cgroup ? cgroup->open_procs() : -1,
                     .user_namespace = plan.user_namespace ? open_identity_namespace() : -1,
                     .guard = ::getpid(),
                     .new_user_namespace = false,
                     .has_launcher = has_launcher,
                     .pid_namespace = false,
                     .is_last = plan.is_last != 0,
                     .uid_map = uid_map.c_str(),
                     .gid_map = gid_map.c_str()};
  constexpr std::uint64_t kOurs = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC;
  constexpr std::array<std::uint64_t, 3> kChoices = {kOurs, kOurs | CLONE_NEWUSER, 0};
  pid_t pid = -1;
  for (const std::uint64_t namespaces : kChoices) {
    if (namespaces != 0 && (has_launcher || plan.namespaces == 0)) continue;
    orders.pid_namespace = namespaces != 0;
    orders.new_user_namespace = (namespaces & CLONE_NEWUSER) != 0;
    pid = fork_with(namespaces);
    if (pid == 0) exec_launcher(orders);
    if (pid > 0) break;
  }
  const int error = errno;
  if (orders.cgroup_procs >= 0) ::close(orders.cgroup_procs);
  if (orders.user_namespace >= 0) ::close(orders.user_namespace);
  ::close(channel[1]);
  if (pid < 0) {
    ::close(channel[0]);
    return {.errno_value = error};
  }
  return {.pid = pid, .channel = channel[0], .pid_namespace = orders.pid_namespace};
}

}  // namespace mpegflow::process
