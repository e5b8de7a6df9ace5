#include <array>
#include <bitset>
#include <optional>

#include <spawn.h>
#include <sys/wait.h>

#include "process/local/cgroup.h"
#include "process/run_fixture.h"

namespace mpegflow::process {
namespace {

using namespace std::chrono_literals;

enum Victim { engine, guard, bubblewrap, inner, program, kVictims };
constexpr std::array<std::string_view, kVictims> kVictimNames = {"engine", "guard", "bubblewrap",
                                                                 "inner", "program"};
constexpr std::size_t kMarked = 4;

/// Four sleepers: the program itself, a plain child, one in another session, and one that was
/// orphaned in another session and ignores what can be ignored.
std::string make_family(const std::string& duration) {
  return "sleep " + duration + " & setsid sleep " + duration +
         " & (setsid sh -c 'trap \"\" TERM HUP INT; exec sleep " + duration + "' &) ; exec sleep " +
         duration;
}

/// An engine in a process of its own, with one program running under it.
class Engine {
 public:
  Engine(Isolation isolation, const base::Path& work, std::vector<std::string> program = {}) {
    if (program.empty()) program = {"/bin/sh", "-c", make_family(duration_)};
    std::vector<std::string> words = {kDriverProgram, kGuardProgram, to_word(isolation), work};
    words.insert(words.end(), program.begin(), program.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    started_ = ::posix_spawn(&pid_, argv[0], nullptr, nullptr, argv.data(), environ) == 0;
  }
  ~Engine() {
    if (!started_ || reaped_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  /// Once the whole family sleeps: everything below the engine, and the engine.
  bool wait_for_family() {
    return started_ && wait_until([this] {
             tree_ = list_descendants(pid_, ThreadsLookedAt::all);
             tree_.push_back(pid_);
             std::size_t marked = 0;
             for (const pid_t pid : tree_) marked += is_marked(pid);
             return marked == kMarked;
           });
  }

  /// As soon as there is one; nullopt if the engine was faster.
  std::optional<pid_t> catch_guard() {
    while (!has_exited()) {
      tree_ = list_descendants(pid_, ThreadsLookedAt::all);
      if (const auto guards = find(guard); !guards.empty()) return guards.front();
    }
    return std::nullopt;
  }

  bool has_exited() {
    if (!reaped_) reaped_ = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    return reaped_;
  }

  std::vector<pid_t> find(Victim victim) const {
    std::vector<pid_t> found;
    for (const pid_t pid : tree_)
      if (is(pid, victim)) found.push_back(pid);
    return found;
  }

  bool is_everything_dead() const { return std::none_of(tree_.begin(), tree_.end(), is_alive); }
  std::string describe_survivors() const {
    std::string words;
    for (const pid_t pid : tree_)
      if (is_alive(pid)) words += std::to_string(pid) + ' ' + read_command_line(pid) + '\n';
    return words;
  }
  const std::vector<pid_t>& tree() const { return tree_; }

  int wait_for_exit() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    reaped_ = true;
    return status;
  }

 private:
  bool is_marked(pid_t pid) const {
    return read_command_line(pid) == std::string("sleep") + '\0' + duration_ + '\0';
  }

  bool is(pid_t pid, Victim victim) const {
    const std::string words = read_command_line(pid);
    const bool is_bubblewrap = words.find("bwrap") != std::string::npos;
    switch (victim) {
      case engine: return pid == pid_;
      case guard: return words == std::string("mpegflow\0guard\0", 15);
      case bubblewrap: return is_bubblewrap;
      case inner: return !is_bubblewrap && words.find("guard-inner") != std::string::npos;
      default: return is_marked(pid);
    }
  }

  std::string duration_ = make_marked_duration();
  pid_t pid_ = -1;
  bool started_ = false;
  bool reaped_ = false;
  std::vector<pid_t> tree_;
};

std::string describe(const std::bitset<kVictims>& victims) {
  std::string words;
  for (std::size_t i = 0; i < kVictims; ++i)
    if (victims[i]) words += std::string(kVictimNames[i]) + ' ';
  return words;
}

class GuardDeath : public EveryIsolation {};

/// Keeps every CPU busy, so that what was forked begins late. Not for longer than that: what is to
/// die yields to it, and so does every other test.
class Crowd {
 public:
  Crowd() {
    for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i)
      threads_.emplace_back([](const std::stop_token& over) {
        while (!over.stop_requested()) continue;
      });
  }

 private:
  std::vector<std::jthread> threads_;
};

TEST_P(GuardDeath, WhoeverIsKilledNobodyIsLeft) {
  const Isolation isolation = GetParam();
  for (unsigned mask = 1; mask < 1U << kVictims; ++mask) {
    const std::bitset<kVictims> victims(mask);
    if (victims[bubblewrap] && isolation != Isolation::sandbox) continue;
    // Nothing but a namespace can help against this one; the report says so.
    if (isolation == Isolation::bare && victims[engine] && victims[guard] && victims[inner])
      continue;
    Engine driver(isolation, work());
    ASSERT_TRUE(driver.wait_for_family()) << driver.describe_survivors();
    std::vector<pid_t> targets;  // all found before the first falls
    for (std::size_t i = 0; i < kVictims; ++i) {
      if (!victims[i]) continue;
      const auto pids = driver.find(static_cast<Victim>(i));
      ASSERT_FALSE(pids.empty()) << kVictimNames[i];
      targets.insert(targets.end(), pids.begin(), pids.end());
    }
    for (const pid_t pid : targets) ::kill(pid, SIGKILL);
    EXPECT_TRUE(wait_until([&] { return driver.is_everything_dead(); }, 2s))
        << "after the death of " << describe(victims) << ":\n"
        << driver.describe_survivors();
    if (HasFailure()) return;
  }
}

TEST_P(GuardDeath, FrozenInnerGuardDiesWithTheGuard) {
  if (GetParam() == Isolation::bare) GTEST_SKIP() << "only a parent-death signal reaches it";
  Engine driver(GetParam(), work());
  ASSERT_TRUE(driver.wait_for_family());
  std::vector<pid_t> targets = driver.find(engine);
  for (const pid_t pid : driver.find(guard)) targets.push_back(pid);
  for (const pid_t pid : driver.find(inner)) ::kill(pid, SIGSTOP);
  for (const pid_t pid : targets) ::kill(pid, SIGKILL);
  EXPECT_TRUE(wait_until([&] { return driver.is_everything_dead(); }, 2s))
      << driver.describe_survivors();
  // Nobody else would wake the frozen one.
  for (const pid_t pid : driver.tree())
    if (is_alive(pid)) ::kill(pid, SIGKILL);
}

TEST_P(GuardDeath, LostGuardIsTold) {
  Engine driver(GetParam(), work());
  ASSERT_TRUE(driver.wait_for_family());
  for (const pid_t pid : driver.find(guard)) ::kill(pid, SIGKILL);
  const int status = driver.wait_for_exit();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 3) << "the driver's word for guard_lost";
  EXPECT_TRUE(driver.is_everything_dead()) << "run() returned while something was alive:\n"
                                           << driver.describe_survivors();
}

/// The guards and bubblewraps of these tests that nobody looks after any more.
std::string list_orphans() {
  std::string words;
  for (const pid_t pid : list_descendants(1, ThreadsLookedAt::main_only)) {
    const std::string stat = read_kernel_file("/proc/" + std::to_string(pid) + "/stat");
    const std::string command = read_command_line(pid);
    const bool is_of_tests = command.find(kGuardProgram) != std::string::npos ||
                             command == std::string("mpegflow\0guard\0", 15);
    // "PID (NAME) STATE PARENT": of those that are not dying.
    if (is_of_tests && stat.find(") S 1 ") != std::string::npos)
      words += std::to_string(pid) + ' ' + command + '\n';
  }
  return words;
}

/// Whatever the guard was about to make when it fell holds nothing that the engine waits for.
TEST_P(GuardDeath, YoungestGuardIsMissedToo) {
  int caught = 0;
  for (int round = 0; round < 50; ++round) {
    std::optional<Crowd> crowd(std::in_place);
    Engine driver(GetParam(), work(), {"/bin/true"});
    const auto caught_guard = driver.catch_guard();
    if (!caught_guard) {
      crowd.reset();
      continue;
    }
    const auto moment =
        std::chrono::steady_clock::now() + std::chrono::microseconds(round % 50 * 20);
    while (std::chrono::steady_clock::now() < moment) continue;
    ++caught;
    ::kill(*caught_guard, SIGKILL);
    crowd.reset();
    ASSERT_TRUE(wait_until([&] { return driver.has_exited(); })) << "in round " << round;
  }
  EXPECT_GT(caught, 10);
  EXPECT_TRUE(wait_until([] { return list_orphans().empty(); }, 2s)) << list_orphans();
}

TEST_P(GuardDeath, NoCgroupIsLeftBehind) {
  const CgroupChoice choice = choose_cgroup_parent();
  if (!choice.parent) GTEST_SKIP() << choice.detail;
  const auto count = [&](const std::vector<pid_t>& pids) {
    int left = 0;
    for (const auto& entry : std::filesystem::directory_iterator(choice.parent->folder))
      for (const pid_t pid : pids)
        left += entry.path().filename().native().starts_with("mpegflow-" + std::to_string(pid));
    return left;
  };
  for (const Victim victim : {engine, guard}) {
    Engine driver(GetParam(), work());
    ASSERT_TRUE(driver.wait_for_family());
    if (GetParam() != Isolation::bare) {
      EXPECT_EQ(count(driver.tree()), 1);
    }
    for (const pid_t pid : driver.find(victim)) ::kill(pid, SIGKILL);
    EXPECT_TRUE(wait_until([&] { return count(driver.tree()) == 0; }, 3s)) << kVictimNames[victim];
  }
}

INSTANTIATE_TEST_SUITE_P(LocalProcess, GuardDeath,
                         ::testing::Values(Isolation::sandbox, Isolation::namespaces,
                                           Isolation::bare),
                         [](const auto& test) { return to_word(test.param); });

}  // namespace
}  // namespace mpegflow::process
