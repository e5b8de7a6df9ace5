#include "process/local/guarded_run.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "process/local/cgroup.h"
#include "process/local/guard.h"
#include "process/local/process_tree.h"

namespace mpegflow::process {

using base::ErrorCode;
using base::Path;
using base::UniqueFd;

namespace {

constexpr int kPipeBytes = 1 << 20;
constexpr std::int64_t kGuardMargin = 10'000'000;
constexpr std::int64_t kOrphanPatience = 300'000;
constexpr std::int64_t kOrphanLimit = 2'000'000;

std::int64_t now_us() {
  return base::SystemClock().steady().us;
}

base::Error system_error(std::string_view action) {
  return {ErrorCode::process_failed,
          "cannot " + std::string(action) + ": " + std::generic_category().message(errno)};
}

/// Moved above the numbers that the guard is started with, so that no dup2 hits a source.
UniqueFd lift(int fd) {
  const UniqueFd low(fd);
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 16));
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

base::Result<Pipe> open_pipe(int bytes) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(system_error("make a pipe"));
  Pipe pipe{UniqueFd(ends[0]), lift(ends[1])};
  if (!pipe.write_end.is_open()) return tl::unexpected(system_error("make a pipe"));
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  if (bytes > 0) ::fcntl(ends[0], F_SETPIPE_SZ, bytes);  // where the system allows it
  return pipe;
}

base::Result<UniqueFd> open_memory_file(const char* name, std::size_t size) {
  UniqueFd file = lift(::memfd_create(name, MFD_CLOEXEC));
  if (!file.is_open() || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0)
    return tl::unexpected(system_error("make a memory file"));
  return file;
}

base::Result<UniqueFd> open_stderr(const Path& path) {
  const Path place = path.empty() ? Path("/dev/null") : path;
  UniqueFd file =
      lift(::open(place.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644));
  if (!file.is_open())
    return tl::unexpected(base::make_file_error(errno, "open", place, ErrorCode::process_failed));
  return file;
}

/// Closes the pidfd's process, whose end can then be waited for.
void kill_by_pidfd(int pidfd) {
  ::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
}

bool wait_for_end(int pidfd, std::int64_t us) {
  pollfd fd{pidfd, POLLIN, 0};
  return ::poll(&fd, 1, static_cast<int>(us / 1000)) > 0;
}

}  // namespace

/// The descriptors that the guard gets, by the numbers it knows them under.
struct GuardedRun::GuardSide {
  UniqueFd null;
  UniqueFd output;  ///< not open: the guard's standard output is `null`
  UniqueFd errors;
  UniqueFd channel;
  UniqueFd plan;
  UniqueFd vitals;
  UniqueFd progress;  ///< not open: none is wanted
};

GuardedRun::GuardedRun(const ProcessSpec& spec, const ProcessCallbacks& callbacks,
                       const StopSignal& stop)
    : spec_(spec), callbacks_(callbacks), stop_(stop) {}

GuardedRun::~GuardedRun() {
  channel_.reset();  // whatever went wrong, the guard now ends the tree
  if (guard_pid_ > 0) ::waitpid(guard_pid_, nullptr, 0);
  if (vitals_) stop_.let_go(&vitals_->allowed_until_us);
  if (vitals_) ::munmap(vitals_, sizeof(Vitals));
}

base::Result<ProcessResult> GuardedRun::run(const Path& guard_executable, const GuardPlan& plan) {
  started_at_ = now_us();
  {
    ASSIGN_OR_RETURN(const GuardSide side, open_descriptors(plan));
    RETURN_IF_ERROR(start_guard(guard_executable, side));
  }
  if (plan.deadline_us > 0)
    patience_ends_at_ = started_at_ + plan.deadline_us + plan.stop_grace_us + kGuardMargin;
  watch();
  if (guard_is_lost_) end_orphans(plan);
  while (::waitpid(guard_pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  guard_pid_ = -1;
  // Nobody writes any more: what is in the pipes is all there will be.
  if (output_.is_open()) read_output();
  if (progress_.is_open()) read_progress();
  if (callbacks_.on_stderr) errors_.read(callbacks_.on_stderr);
  progress_lines_.finish(callbacks_.on_progress);
  RETURN_IF_ERROR(std::move(output_accepted_));
  if (!guard_is_lost_ && final_report_->kind != GuardReportKind::finished)
    return tl::unexpected(describe_failure(*final_report_));
  return make_result();
}

bool GuardedRun::has_sandbox_failed() const {
  return final_report_ && final_report_->kind == GuardReportKind::sandbox_failed;
}

base::Result<GuardedRun::GuardSide> GuardedRun::open_descriptors(const GuardPlan& plan) {
  GuardSide side;
  side.null = lift(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!side.null.is_open()) return tl::unexpected(system_error("open /dev/null"));
  ASSIGN_OR_RETURN(side.errors, open_stderr(spec_.stderr_file));
  struct stat status {};
  if (::fstat(side.errors.get(), &status) == 0) {
    stderr_start_ = status.st_size;
    stderr_device_ = status.st_dev;
    stderr_inode_ = status.st_ino;
  }
  if (callbacks_.on_stderr && !spec_.stderr_file.empty())
    errors_.open(spec_.stderr_file, stderr_start_);

  const std::string bytes = serialize_plan(plan);
  ASSIGN_OR_RETURN(side.plan, open_memory_file("plan", 0));
  RETURN_IF_ERROR(base::write_all(side.plan.get(), bytes, "plan"));
  ASSIGN_OR_RETURN(side.vitals, open_memory_file("vitals", sizeof(Vitals)));
  void* page =
      ::mmap(nullptr, sizeof(Vitals), PROT_READ | PROT_WRITE, MAP_SHARED, side.vitals.get(), 0);
  if (page == MAP_FAILED) return tl::unexpected(system_error("map memory"));
  vitals_ = new (page) Vitals;
  stop_.keep_current(&vitals_->allowed_until_us);

  std::array<int, 2> channel{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel.data()) != 0)
    return tl::unexpected(system_error("make a socket pair"));
  channel_ = UniqueFd(channel[0]);
  side.channel = lift(channel[1]);
  if (!side.channel.is_open()) return tl::unexpected(system_error("make a socket pair"));

  if (spec_.capture_stdout) {
    ASSIGN_OR_RETURN(Pipe pipe, open_pipe(kPipeBytes));
    output_ = std::move(pipe.read_end);
    side.output = std::move(pipe.write_end);
    buffer_ = std::make_unique_for_overwrite<char[]>(kPipeBytes);
  }
  if (spec_.progress_fd) {
    ASSIGN_OR_RETURN(Pipe pipe, open_pipe(0));
    progress_ = std::move(pipe.read_end);
    side.progress = std::move(pipe.write_end);
  }
  return side;
}

base::Result<void> GuardedRun::start_guard(const Path& executable, const GuardSide& side) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const auto give = [&actions](const UniqueFd& fd, int number) {
    if (fd.is_open()) ::posix_spawn_file_actions_adddup2(&actions, fd.get(), number);
  };
  give(side.null, STDIN_FILENO);
  give(side.output.is_open() ? side.output : side.null, STDOUT_FILENO);
  give(side.errors, STDERR_FILENO);
  give(side.channel, kChannelFd);
  give(side.plan, kPlanFd);
  give(side.vitals, kVitalsFd);
  give(side.progress.is_open() ? side.progress : side.null, kProgressFd);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, kFirstFreeFd);

  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t set;
  ::sigemptyset(&set);
  ::posix_spawnattr_setsigmask(&attributes, &set);
  ::sigfillset(&set);
  ::posix_spawnattr_setsigdefault(&attributes, &set);
  // A session of its own: Ctrl-C on the engine's terminal is the engine's to handle.
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::string name = "mpegflow";
  std::string command = kGuardCommand;
  std::array<char*, 3> argv = {name.data(), command.data(), nullptr};
  std::array<char*, 1> environment = {nullptr};
  const int error = ::posix_spawn(&guard_pid_, executable.c_str(), &actions, &attributes,
                                  argv.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return {};
  guard_pid_ = -1;
  errno = error;
  return tl::unexpected(system_error("start the guard " + base::to_printable(executable.native())));
}

void GuardedRun::watch() {
  while (!final_report_ && !guard_is_lost_) {
    std::array<pollfd, 5> fds{pollfd{channel_.get(), POLLIN, 0}, pollfd{output_.get(), POLLIN, 0},
                              pollfd{progress_.get(), POLLIN, 0},
                              pollfd{stop_was_seen_ ? -1 : stop_.fd(), POLLIN, 0},
                              pollfd{errors_.fd(), POLLIN, 0}};
    const int ready = ::poll(fds.data(), fds.size(), milliseconds_of_patience());
    if (ready == 0) {
      // The guard is stuck (stopped, or in the kernel): its death brings the rest down.
      ::kill(guard_pid_, SIGKILL);
      patience_ends_at_ = 0;
    }
    if (ready <= 0) continue;
    if (fds[3].revents != 0) {
      stop_was_seen_ = true;
      ask_to_end(EndedBy::stop);
    }
    if (fds[1].revents != 0) read_output();
    if (fds[2].revents != 0) read_progress();
    if (fds[4].revents != 0) errors_.read(callbacks_.on_stderr);
    if (fds[0].revents != 0) hear_guard();
  }
}

int GuardedRun::milliseconds_of_patience() const {
  if (patience_ends_at_ == 0) return -1;
  const std::int64_t left = (patience_ends_at_ - now_us()) / 1000 + 1;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void GuardedRun::hear_guard() {
  GuardReport report;
  const ssize_t count = ::recv(channel_.get(), &report, sizeof report, MSG_DONTWAIT);
  // ECONNRESET: it closed before it read our last word. That is told once, ahead of what it had
  // written, so its final report is still to be read; if there is none, the next read says so.
  if (count < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET)) return;
  if (count != static_cast<ssize_t>(sizeof report)) {
    guard_is_lost_ = true;
  } else if (report.kind == GuardReportKind::started) {
    note_started(report);
  } else {
    has_pid_namespace_ = report.has_pid_namespace != 0;
    final_report_ = std::make_unique<GuardReport>(report);
  }
}

void GuardedRun::note_started(const GuardReport& report) {
  has_pid_namespace_ = report.has_pid_namespace != 0;
  inner_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, report.pid, 0)));
  // It may have ended before we came to look, and the number may be someone else's now.
  const std::string words = read_kernel_file("/proc/" + std::to_string(report.pid) + "/cmdline");
  if (words.find(kInnerCommand) == std::string::npos) inner_.reset();
}

void GuardedRun::read_output() {
  for (;;) {
    const ssize_t count = ::read(output_.get(), buffer_.get(), kPipeBytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return output_.reset();
    ++vitals_->activity;
    deliver({buffer_.get(), static_cast<std::size_t>(count)});
    if (!final_report_ && !guard_is_lost_) return;  // others are waiting for us too
  }
}

void GuardedRun::deliver(std::string_view bytes) {
  if (!output_accepted_ || output_is_over_limit_) return;
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (spec_.output_limit > 0 && output_bytes_ + size > spec_.output_limit) {
    output_is_over_limit_ = true;
    bytes = bytes.substr(0, static_cast<std::size_t>(spec_.output_limit - output_bytes_));
    ask_to_end(EndedBy::output_limit);
  }
  output_bytes_ += static_cast<std::int64_t>(bytes.size());
  if (bytes.empty()) return;
  if (!callbacks_.on_output) {
    stdout_text_ += bytes;
    return;
  }
  output_accepted_ = callbacks_.on_output(bytes);
  if (!output_accepted_) ask_to_end(EndedBy::stop);
}

void GuardedRun::read_progress() {
  std::array<char, 4096> bytes;
  for (;;) {
    const ssize_t count = ::read(progress_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return progress_.reset();
    const std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    if (progress_lines_.feed(text, callbacks_.on_progress)) ++vitals_->activity;
    if (!final_report_ && !guard_is_lost_) return;
  }
}

void GuardedRun::ask_to_end(EndedBy reason) {
  const char word = static_cast<char>(reason);
  [[maybe_unused]] const ssize_t sent = ::send(channel_.get(), &word, 1, MSG_NOSIGNAL);
  const std::int64_t end = now_us() + spec_.stop_grace.count() + kGuardMargin;
  patience_ends_at_ = patience_ends_at_ == 0 ? end : std::min(patience_ends_at_, end);
}

void GuardedRun::end_orphans(const GuardPlan& plan) {
  const std::int64_t give_up_at = now_us() + kOrphanLimit;
  if (inner_.is_open()) {
    // Without a namespace of its own the inner guard knows its tree better than we do.
    if (!has_pid_namespace_) wait_for_end(inner_.get(), kOrphanPatience);
    kill_by_pidfd(inner_.get());
    wait_for_end(inner_.get(), kOrphanLimit);
  }
  if (!plan.cgroup_folder.empty()) {
    const Cgroup cgroup(plan.cgroup_folder, static_cast<int>(plan.cgroup_version));
    while (!cgroup.remove() && now_us() < give_up_at) {
      cgroup.kill_all();
      ::poll(nullptr, 0, 5);
    }
  }
  // The last net. Outside the sandbox HOME is the working folder, which belongs to this run alone;
  // inside it the standard error does. A bubblewrap that lost its other half before it was made
  // would wait for it for ever.
  const std::string mark = "HOME=" + plan.working_folder;
  if (!plan.launcher.empty() && spec_.stderr_file.empty()) return;
  for (;;) {
    const auto orphans = plan.launcher.empty()
                             ? find_processes_with_variable(mark)
                             : find_processes_writing_to(stderr_device_, stderr_inode_);
    if (orphans.empty() || now_us() > give_up_at) return;
    for (const pid_t pid : orphans) ::kill(pid, SIGKILL);
    ::poll(nullptr, 0, 5);
  }
}

base::Error GuardedRun::describe_failure(const GuardReport& report) const {
  const std::string program = base::to_printable(spec_.argv.front());
  const std::string reason = std::generic_category().message(report.errno_value);
  switch (report.kind) {
    case GuardReportKind::exec_failed:
      return {ErrorCode::process_failed, "cannot start " + program + ": " + reason};
    case GuardReportKind::launch_failed:
      return {ErrorCode::process_failed, "cannot start a process for " + program + ": " + reason};
    case GuardReportKind::wrong_version:
      return {ErrorCode::process_failed,
              "the mpegflow executable was replaced while it runs; restart it"};
    default: break;
  }
  std::string words;
  if (const auto text = base::read_file(spec_.stderr_file))
    words = text->substr(std::min(text->size(), static_cast<std::size_t>(stderr_start_)));
  return {ErrorCode::process_failed, "the sandbox for " + program + " could not be set up: " +
                                         base::to_printable(base::trim(words).substr(0, 500))};
}

ProcessResult GuardedRun::make_result() {
  ProcessResult result;
  result.wall_us = now_us() - started_at_;
  result.peak_anonymous_bytes = vitals_->peak_anonymous_bytes;
  result.stdout_text = std::move(stdout_text_);
  if (guard_is_lost_) {
    result.ended_by = EndedBy::guard_lost;
    result.cpu_us = vitals_->cpu_us;
    return result;
  }
  const GuardReport& report = *final_report_;
  if (report.exit_code >= 0) result.exit_code = report.exit_code;
  if (report.signal > 0) result.signal = report.signal;
  result.ended_by = static_cast<EndedBy>(report.ended_by);
  if (output_is_over_limit_ && result.ended_by == EndedBy::itself)
    result.ended_by = EndedBy::output_limit;
  result.cpu_us = report.cpu_us;
  result.oom_kill = report.oom_kill != 0;
  return result;
}

}  // namespace mpegflow::process
