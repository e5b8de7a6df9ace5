#include "process/local/guard.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local/child_setup.h"
#include "process/local/launch.h"
#include "process/local/priority.h"
#include "process/local/process_tree.h"
#include "process/process.h"

namespace mpegflow::process {

namespace {

constexpr std::int64_t kSampleEvery = 250'000;
/// Where no cgroup holds the memory limit, the samples must.
constexpr std::int64_t kSampleEveryToLimit = 50'000;
constexpr std::int64_t kFirstSample = 20'000;
constexpr std::int64_t kShotsEvery = 10'000;
/// How long the inner guard has to end the tree and count its CPU time before we do it.
constexpr std::int64_t kInnerPatience = 500'000;
/// While it stands still, what it forked in its last moment is looked for so often.
constexpr std::int64_t kStopEvery = 20'000;
constexpr std::int64_t kNever = INT64_MAX;

class Guard {
 public:
  Guard(GuardPlan plan, Vitals& vitals)
      : plan_(std::move(plan)), vitals_(vitals), signals_(take_over_signals()) {}

  int run() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!plan_.cgroup_folder.empty())
      cgroup_ = Cgroup::make(plan_.cgroup_folder, static_cast<int>(plan_.cgroup_version),
                             plan_.memory_limit);
    if (plan_.deadline_us > 0) deadline_ = monotonic_us() + plan_.deadline_us;
    if (!wait_to_begin()) {
      judge();
    } else if (const Launched launched = launch_inner(plan_, cgroup_); launched.pid < 0) {
      report_.kind = GuardReportKind::launch_failed;
      report_.errno_value = launched.errno_value;
    } else {
      report_.has_pid_namespace = launched.pid_namespace || !plan_.launcher.empty();
      launcher_ = launched.pid;
      channel_ = launched.channel;
      close_what_the_program_has();
      start_clocks();
      watch();
      judge();
    }
    if (cgroup_) cgroup_->remove();
    if (!engine_is_gone_) send_report();
    return 0;
  }

 private:
  void close_what_the_program_has() {
    ::close(STDOUT_FILENO);
    ::close(kPlanFd);
    if (plan_.progress_fd >= 0) ::close(kProgressFd);
  }

  void start_clocks() {
    const std::int64_t now = monotonic_us();
    started_at_ = now;
    active_at_ = now;
    next_sample_ = now + kFirstSample;
    sample_every_ = kSampleEvery;
    if (plan_.memory_limit > 0 && !cgroup_) sample_every_ = kSampleEveryToLimit;
    if (plan_.no_progress_us > 0)
      sample_every_ = std::min(sample_every_, std::max(plan_.no_progress_us / 4, kFirstSample));
  }

  /// Until the program may run; false: it was ended before that.
  bool wait_to_begin() {
    while (!may_run(monotonic_us())) {
      if (monotonic_us() >= deadline_) stop(EndedBy::deadline);
      if (engine_is_gone_ || reason_ != EndedBy::itself) return false;
      pollfd engine{kChannelFd, POLLIN, 0};
      if (::poll(&engine, 1, static_cast<int>(kStopEvery / 1000)) > 0) hear_engine();
    }
    return true;
  }

  bool may_run(std::int64_t now) const {
    const std::int64_t until = vitals_.allowed_until_us;
    return until == 0 || now < until;
  }

  /// Until no descendant is alive.
  void watch() {
    while (reap()) {
      act_on_time();
      std::array<pollfd, 3> fds{pollfd{engine_is_gone_ ? -1 : kChannelFd, POLLIN, 0},
                                pollfd{channel_, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
      ::poll(fds.data(), fds.size(), milliseconds_to_wait());
      if (fds[0].revents != 0) hear_engine();
      if (fds[1].revents != 0) hear_inner();
      signalfd_siginfo info{};
      while (::read(signals_, &info, sizeof info) > 0) continue;
    }
    while (channel_ >= 0) hear_inner();  // what it said last
  }

  int milliseconds_to_wait() const {
    std::int64_t next = std::min({next_sample_, deadline_, kill_at_, shoot_at_});
    if (stands_still_) next = std::min(next, next_stop_);
    else if (vitals_.allowed_until_us != 0) next = std::min(next, vitals_.allowed_until_us.load());
    const std::int64_t wait = next - monotonic_us();
    return static_cast<int>(std::clamp<std::int64_t>((wait + 999) / 1000, 0, 60'000));
  }

  void act_on_time() {
    const std::int64_t now = monotonic_us();
    heed_permission(now);
    if (now >= deadline_) stop(EndedBy::deadline);
    if (now >= kill_at_) kill_tree();
    if (now >= shoot_at_) {
      shoot();
      shoot_at_ = now + kShotsEvery;
    }
    if (now >= next_sample_) sample(now);
  }

  /// Whoever gave us the work may have given it to somebody else by now.
  void heed_permission(std::int64_t now) {
    const bool is_allowed = may_run(now);
    if (!is_allowed && program_started_ && (!stands_still_ || now >= next_stop_)) {
      signal_program(SIGSTOP);
      stands_still_ = true;
      next_stop_ = now + kStopEvery;
    } else if (is_allowed && stands_still_) {
      signal_program(SIGCONT);
      stands_still_ = false;
    }
    if (stands_still_) active_at_ = now;  // that is no hang
  }

  /// All that the inner guard watches over, and not itself: it must be able to end them.
  void signal_program(int number) {
    for (const pid_t pid : list_descendants(inner_, ThreadsLookedAt::all)) ::kill(pid, number);
  }

  void sample(std::int64_t now) {
    // Dense at first, so that a short process leaves a peak too.
    next_sample_ = now + std::min(sample_every_, std::max(now - started_at_, kFirstSample));
    const auto pids =
        cgroup_ ? cgroup_->list_pids() : list_descendants(::getpid(), ThreadsLookedAt::main_only);
    const TreeSample seen =
        sample_processes(pids, plan_.no_progress_us > 0 ? IoCounted::yes : IoCounted::no);
    if (seen.anonymous_bytes > vitals_.peak_anonymous_bytes)
      vitals_.peak_anonymous_bytes = seen.anonymous_bytes;
    if (seen.cpu_us > vitals_.cpu_us) vitals_.cpu_us = seen.cpu_us;
    if (plan_.memory_limit > 0 && !cgroup_ && seen.anonymous_bytes > plan_.memory_limit)
      end_at_once(EndedBy::memory_limit);
    if (plan_.no_progress_us > 0) look_for_progress(now, seen);
  }

  void look_for_progress(std::int64_t now, const TreeSample& seen) {
    struct stat stderr_status {};
    ::fstat(STDERR_FILENO, &stderr_status);
    const std::uint64_t signs = vitals_.activity + static_cast<std::uint64_t>(seen.io_bytes) +
                                static_cast<std::uint64_t>(stderr_status.st_size);
    // Next to no CPU: less than a hundredth of the time since the last sign of life.
    const bool computes =
        seen.cpu_us - active_cpu_us_ > std::max((now - active_at_) / 100, std::int64_t{10'000});
    if (signs != signs_of_life_ || computes) {
      signs_of_life_ = signs;
      active_cpu_us_ = seen.cpu_us;
      active_at_ = now;
    }
    if (now - active_at_ >= plan_.no_progress_us) stop(EndedBy::no_progress);
  }

  void hear_engine() {
    char word = 0;
    const ssize_t count = ::recv(kChannelFd, &word, 1, MSG_DONTWAIT);
    if (count == 1) return stop(static_cast<EndedBy>(word));
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    engine_is_gone_ = true;
    shoot_at_ = 0;
  }

  /// Reads one message; closes the channel at its end.
  void hear_inner() {
    InnerReport message;
    iovec part{&message, sizeof message};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
    msghdr envelope{};
    envelope.msg_iov = &part;
    envelope.msg_iovlen = 1;
    envelope.msg_control = control.data();
    envelope.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(channel_, &envelope, MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) return;
    if (count == static_cast<ssize_t>(sizeof message)) return note(message, find_sender(envelope));
    ::close(channel_);
    channel_ = -1;
  }

  static pid_t find_sender(msghdr& envelope) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&envelope); part; part = CMSG_NXTHDR(&envelope, part))
      if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS)
        return reinterpret_cast<const ucred*>(CMSG_DATA(part))->pid;
    return 0;
  }

  void note(const InnerReport& message, pid_t sender) {
    last_word_ = message;
    if (message.kind != InnerReportKind::started) return;
    program_started_ = true;
    inner_ = sender;
    GuardReport started = report_;
    started.kind = GuardReportKind::started;
    started.pid = sender;
    ::send(kChannelFd, &started, sizeof started, MSG_NOSIGNAL);
  }

  /// SIGTERM now, SIGKILL after the grace; who stands still cannot heed the one and gets the other.
  /// The first reason is the one that counts.
  void stop(EndedBy reason) {
    deadline_ = kNever;
    if (reason_ != EndedBy::itself || has_finished()) return;
    reason_ = reason;
    if (stands_still_) return kill_tree();
    command(InnerCommand::terminate);
    kill_at_ = monotonic_us() + plan_.stop_grace_us;
  }

  void end_at_once(EndedBy reason) {
    if (reason_ == EndedBy::itself && !has_finished()) reason_ = reason;
    kill_tree();
  }

  void kill_tree() {
    kill_at_ = kNever;
    command(InnerCommand::kill);
    if (shoot_at_ == kNever) shoot_at_ = monotonic_us() + (program_started_ ? kInnerPatience : 0);
  }

  /// Kills all there is, whoever its parent. Repeated until nothing is left.
  void shoot() {
    if (cgroup_) cgroup_->kill_all();
    kill_descendants(::getpid());
  }

  void command(InnerCommand word) {
    const char byte = static_cast<char>(word);
    if (channel_ >= 0) ::send(channel_, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  bool has_finished() const { return last_word_.kind == InnerReportKind::finished; }

  /// False once there is no descendant left: orphans become our children.
  bool reap() {
    for (;;) {
      const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
      if (pid == 0) return true;
      if (pid < 0) return errno == EINTR;
      // What it leaves behind has nobody else to end it.
      if (pid == launcher_) shoot_at_ = 0;
    }
  }

  /// Fills the report once everything is dead.
  void judge() {
    report_.cpu_us = has_finished() ? last_word_.cpu_us : vitals_.cpu_us.load();
    report_.oom_kill = cgroup_ && cgroup_->count_oom_kills() > 0;
    if (last_word_.kind == InnerReportKind::exec_failed) {
      report_.kind = GuardReportKind::exec_failed;
      report_.errno_value = last_word_.errno_value;
      return;
    }
    if (!program_started_ && reason_ == EndedBy::itself && !report_.oom_kill) {
      report_.kind = GuardReportKind::sandbox_failed;
      return;
    }
    // Without a last word the inner guard was killed, and all that it watched with it.
    const int status = has_finished() ? last_word_.wait_status : SIGKILL;
    if (WIFEXITED(status)) report_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) report_.signal = WTERMSIG(status);
    if (report_.oom_kill && reason_ == EndedBy::itself && report_.exit_code != 0)
      reason_ = EndedBy::memory_limit;
    report_.ended_by = static_cast<std::int32_t>(reason_);
  }

  void send_report() { ::send(kChannelFd, &report_, sizeof report_, MSG_NOSIGNAL); }

  GuardPlan plan_;
  Vitals& vitals_;
  int signals_;
  std::optional<Cgroup> cgroup_;
  pid_t launcher_ = -1;
  pid_t inner_ = -1;
  int channel_ = -1;
  GuardReport report_;
  InnerReport last_word_;
  bool program_started_ = false;
  bool engine_is_gone_ = false;
  bool stands_still_ = false;
  std::int64_t next_stop_ = 0;
  EndedBy reason_ = EndedBy::itself;

  std::int64_t started_at_ = 0;
  std::int64_t sample_every_ = 0;
  std::int64_t next_sample_ = kNever;
  std::int64_t deadline_ = kNever;
  std::int64_t kill_at_ = kNever;
  std::int64_t shoot_at_ = kNever;
  std::uint64_t signs_of_life_ = 0;
  std::int64_t active_at_ = 0;
  std::int64_t active_cpu_us_ = 0;
};

}  // namespace

int guard_main(int, char**) {
  allow_huge_pages();
  close_strangers();
  auto plan = read_plan();
  if (!plan) {
    const GuardReport refusal{.kind = GuardReportKind::wrong_version};
    ::send(kChannelFd, &refusal, sizeof refusal, MSG_NOSIGNAL);
    return 126;
  }
  void* page = ::mmap(nullptr, sizeof(Vitals), PROT_READ | PROT_WRITE, MAP_SHARED, kVitalsFd, 0);
  if (page == MAP_FAILED) return 126;
  return Guard(std::move(*plan), *static_cast<Vitals*>(page)).run();
}

}  // namespace mpegflow::process
