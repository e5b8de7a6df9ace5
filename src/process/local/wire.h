#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What the engine, the guard and the inner guard say to each other. All three are the same
/// executable; kPlanMagic notices when it was replaced under a running engine.
namespace mpegflow::process {

inline constexpr std::uint64_t kPlanMagic = 0x6d70'6677'0000'0002;  // change with any struct below

/// The file descriptors that guard and inner guard are started with; 0, 1 and 2 are the program's.
inline constexpr int kChannelFd = 3;  ///< to the one above: engine for the guard, guard for inner
inline constexpr int kPlanFd = 4;     ///< a memory file with the plan
inline constexpr int kVitalsFd = 5;   ///< a memory file with Vitals; the guard alone
/// In bubblewrap, which has no use for Vitals: the user namespace to enter.
inline constexpr int kUserNamespaceFd = 5;
inline constexpr int kProgressFd = 6;  ///< write end for -progress; only if the plan wants one
inline constexpr int kFirstFreeFd = 7;

/// Everything that guard and inner guard need to know of one run.
struct GuardPlan {
  /// What the guard starts: bubblewrap with the inner guard as its command; empty = the inner guard
  /// itself.
  std::vector<std::string> launcher;
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string working_folder;  ///< where the inner guard goes; empty = it is there already
  std::string cgroup_folder;   ///< to be made for this run; empty = none
  std::int64_t cgroup_version = 0;
  std::int64_t memory_limit = 0;
  std::int64_t deadline_us = 0;
  std::int64_t no_progress_us = 0;
  std::int64_t stop_grace_us = 0;
  std::int64_t progress_fd = -1;
  std::int64_t namespaces = 0;      ///< 1 = without a launcher, try new pid and network namespaces
  std::int64_t is_last = 0;         ///< 1 = with the lowest priority
  std::int64_t user_namespace = 0;  ///< 1 = the launcher expects one at kUserNamespaceFd

  bool operator==(const GuardPlan&) const = default;
};

std::string serialize_plan(const GuardPlan& plan);
/// Nothing if the bytes were not written by this very version of the program.
std::optional<GuardPlan> parse_plan(std::string_view bytes);

/// One page shared by engine and guard, so that neither wakes the other to be informed.
struct Vitals {
  std::atomic<std::uint64_t> activity{0};  ///< engine: counts output and advancing progress
  std::atomic<std::int64_t> cpu_us{0};     ///< guard: last sample of the tree
  std::atomic<std::int64_t> peak_anonymous_bytes{0};  ///< guard: highest sample of the tree
  /// engine: from this moment of the monotonic clock on the program stands still; 0 = never. The
  /// guard looks, because the engine may be what hangs.
  std::atomic<std::int64_t> allowed_until_us{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

enum class InnerReportKind : std::int32_t { started, exec_failed, finished };

struct InnerReport {
  InnerReportKind kind = InnerReportKind::started;
  std::int32_t errno_value = 0;  ///< exec_failed
  std::int32_t wait_status = 0;  ///< finished: as wait4 gave it
  std::int32_t unused = 0;
  std::int64_t cpu_us = 0;  ///< finished: the whole tree
};

enum class InnerCommand : char { terminate = 'T', kill = 'K' };

enum class GuardReportKind : std::int32_t {
  started,         ///< `pid` is the inner guard
  finished,        ///< the tree is gone
  exec_failed,     ///< the program could not be started: errno_value
  launch_failed,   ///< bubblewrap or the inner guard could not be started: errno_value
  sandbox_failed,  ///< bubblewrap ended before the program began; its words are in stderr
  wrong_version,   ///< the executable was replaced
};

struct GuardReport {
  GuardReportKind kind = GuardReportKind::finished;
  std::int32_t errno_value = 0;
  std::int32_t pid = 0;
  std::int32_t exit_code = -1;
  std::int32_t signal = 0;
  std::int32_t ended_by = 0;
  std::int32_t oom_kill = 0;
  /// The inner guard is the first process of a pid namespace: with it, everything dies.
  std::int32_t has_pid_namespace = 0;
  std::int64_t cpu_us = 0;
};

static_assert(std::is_trivially_copyable_v<InnerReport> &&
              std::is_trivially_copyable_v<GuardReport>);

}  // namespace mpegflow::process
