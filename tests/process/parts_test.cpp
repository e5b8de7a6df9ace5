#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local/cgroup.h"
#include "process/local/child_setup.h"
#include "process/local/progress_lines.h"
#include "process/local/sandbox.h"
#include "process/local/wire.h"
#include "process/run_fixture.h"
#include "support/temporary_folder.h"

namespace mpegflow::process {
namespace {

TEST(StopSignal, StaysTriggered) {
  StopSignal stop;
  EXPECT_FALSE(stop.is_triggered());
  stop.trigger();
  stop.trigger();
  EXPECT_TRUE(stop.is_triggered());
  EXPECT_TRUE(stop.is_triggered());
}

/// A pipe that ends when the last who has its other end open is gone.
struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int end : ends) ::close(end);
  }
  void close_writing() { ::close(std::exchange(ends[1], -1)); }
  std::array<int, 2> ends{-1, -1};
};

TEST(StayFor, KeepsNothingOpen) {
  Pipe watched;
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) stay_for(parent);
  watched.close_writing();
  pollfd end{watched.ends[0], POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 10'000), 1) << "the child has its other end open";
  EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "its parent is there";
  ::kill(child, SIGKILL);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST(StayFor, EndsIfTheParentWasGoneBeforeIt) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  Pipe gate, told;
  const pid_t parent = ::fork();
  if (parent == 0) {
    const pid_t itself = ::getpid();
    const pid_t child = ::fork();
    char byte = 0;
    if (child == 0) {
      gate.close_writing();
      if (::read(gate.ends[0], &byte, 1) == 0) stay_for(itself);
    }
    _exit(::write(told.ends[1], &child, sizeof child) == sizeof child ? 0 : 1);
  }
  pid_t child = -1;
  ASSERT_EQ(::read(told.ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
  gate.close_writing();
  EXPECT_TRUE(wait_until([&] { return ::waitpid(child, nullptr, WNOHANG) == child; }));
  ::kill(child, SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(EndedByWord, IsTheEnumerator) {
  EXPECT_EQ(to_word(EndedBy::itself), "itself");
  EXPECT_EQ(to_word(EndedBy::no_progress), "no_progress");
  EXPECT_EQ(to_word(EndedBy::guard_lost), "guard_lost");
}

TEST(GuardPlan, SurvivesTheWayToTheGuard) {
  GuardPlan plan;
  plan.launcher = {"/usr/bin/bwrap", "", "new\nline"};
  plan.argv = {"/bin/sh", std::string("nul\0byte", 8), "\xff"};
  plan.environment = {"A=B"};
  plan.working_folder = "/tmp/x y";
  plan.memory_limit = INT64_MAX;
  plan.progress_fd = 3;
  EXPECT_EQ(parse_plan(serialize_plan(plan)), plan);
}

TEST(GuardPlan, OfAnotherVersionIsRefused) {
  std::string bytes = serialize_plan({});
  bytes[0] ^= 1;
  EXPECT_EQ(parse_plan(bytes), std::nullopt);
}

TEST(GuardPlan, CutShortIsRefused) {
  GuardPlan plan;
  plan.argv = {"/bin/true", "argument"};
  const std::string bytes = serialize_plan(plan);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(parse_plan(bytes.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(parse_plan(bytes + "x"), std::nullopt);
}

TEST(ProgressLines, ArriveWholeHoweverTheyAreCut) {
  const std::string text = "frame=1\n\nout_time_us=40000\nspeed=1x\nprogress=continue\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::string joined;
    const auto join = [&](std::string_view line) { (joined += line) += '\n'; };
    ProgressLines lines;
    lines.feed(text.substr(0, cut), join);
    lines.feed(text.substr(cut), join);
    lines.finish(join);
    EXPECT_EQ(joined, text);
  }
}

TEST(ProgressLines, OnlyACounterThatMovesIsAnAdvance) {
  ProgressLines lines;
  EXPECT_TRUE(lines.feed("frame=1\n", {}));
  EXPECT_FALSE(lines.feed("frame=1\nspeed=0.9x\nprogress=continue\n", {}));
  EXPECT_TRUE(lines.feed("frame=1\ntotal_size=10\n", {}));
  EXPECT_TRUE(lines.feed("frame=2\n", {}));
  EXPECT_TRUE(lines.feed("frame=2\nprogress=end\n", {}));
}

std::vector<std::string> list_folders(const std::string& own_cgroups, const std::string& mounts) {
  std::vector<std::string> folders;
  for (const CgroupParent& each : list_own_memory_cgroups({own_cgroups, mounts}))
    folders.push_back(std::to_string(each.version) + ":" + each.folder);
  return folders;
}

TEST(OwnCgroups, VersionOneIsTheMemoryControllers) {
  EXPECT_EQ(list_folders("4:memory:/user/me\n1:cpu:/\n",
                         "31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                         "32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"),
            std::vector<std::string>{"1:/sys/fs/cgroup/memory/user/me"});
}

TEST(OwnCgroups, VersionTwoIsTheUnifiedTree) {
  EXPECT_EQ(
      list_folders("0::/system.slice/mpegflow.service\n",
                   "25 1 0:22 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"),
      std::vector<std::string>{"2:/sys/fs/cgroup/system.slice/mpegflow.service"});
}

TEST(OwnCgroups, MountedFromWithinIsNotNamedTwice) {
  EXPECT_EQ(list_folders("0::/docker/abc/inner\n",
                         "25 1 0:22 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"),
            std::vector<std::string>{"2:/sys/fs/cgroup/inner"});
  EXPECT_EQ(list_folders("0::/\n", "25 1 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n"),
            std::vector<std::string>{"2:/sys/fs/cgroup"});
}

TEST(OwnCgroups, WithoutAMountThereAreNone) {
  EXPECT_TRUE(list_folders("0::/\n", "25 1 0:22 / /proc rw - proc proc rw\n").empty());
}

class MemoryLimit : public testing::Test {
 protected:
  /// A file of the made-up tree that is mounted at `root`.
  void write(const std::string& path, const std::string& text) {
    const base::Path file = folder_.path() / path;
    ASSERT_TRUE(base::make_directories(file.parent_path()));
    ASSERT_TRUE(base::write_file_durably(file, text + "\n"));
  }
  std::int64_t find(const std::string& own_cgroups, const std::string& type) const {
    return find_memory_limit(
        {own_cgroups, "25 1 0:22 / " + folder_.path().native() + " rw - " + type + "\n"});
  }

  test::TemporaryFolder folder_;
};

TEST_F(MemoryLimit, OfVersionTwoIsTheLeastFromHereToTheTop) {
  write("service/engine/memory.max", "max");
  EXPECT_EQ(find("0::/service/engine\n", "cgroup2 cgroup rw"), 0);
  write("service/memory.max", "2147483648");
  EXPECT_EQ(find("0::/service/engine\n", "cgroup2 cgroup rw"), std::int64_t{2} << 30);
  write("service/engine/memory.max", "3221225472");
  EXPECT_EQ(find("0::/service/engine\n", "cgroup2 cgroup rw"), std::int64_t{2} << 30);
  write("service/engine/memory.max", "1073741824");
  EXPECT_EQ(find("0::/service/engine\n", "cgroup2 cgroup rw"), std::int64_t{1} << 30);
}

TEST_F(MemoryLimit, OfVersionOneIsTheSame) {
  write("memory.limit_in_bytes", "9223372036854771712");
  write("docker/memory.limit_in_bytes", "1073741824");
  EXPECT_EQ(find("4:memory:/docker\n", "cgroup cgroup rw,memory"), std::int64_t{1} << 30);
  EXPECT_EQ(find("4:memory:/\n", "cgroup cgroup rw,memory"), 9223372036854771712)
      << "more than any machine has";
}

bool has_binding(const std::vector<std::string>& command, const std::string& kind,
                 const std::string& source, const std::string& target) {
  for (std::size_t i = 0; i + 2 < command.size(); ++i)
    if (command[i] == kind && command[i + 1] == source && command[i + 2] == target) return true;
  return false;
}

TEST(SandboxCommand, ShowsAProgramInstalledElsewhereWithItsLibraries) {
  ProcessSpec spec;
  spec.argv = {"/opt/ffmpeg-7/bin/ffmpeg"};
  spec.working_folder = "/scratch/a";
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  EXPECT_TRUE(has_binding(command, "--ro-bind", "/opt/ffmpeg-7/bin", "/opt/ffmpeg-7/bin"));
  EXPECT_TRUE(has_binding(command, "--ro-bind-try", "/opt/ffmpeg-7/lib", "/opt/ffmpeg-7/lib"));
  EXPECT_TRUE(has_binding(command, "--bind", "/scratch/a", kJobFolder));
  EXPECT_TRUE(has_binding(command, "--ro-bind", "/opt/mpegflow", kGuardInside));
}

TEST(SandboxCommand, ShowsAProgramThatIsAskedAbout) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/ldd", "/opt/ffmpeg-7/bin/ffmpeg"};
  spec.program = "/opt/ffmpeg-7/bin/ffmpeg";
  spec.working_folder = "/scratch/a";
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  EXPECT_TRUE(has_binding(command, "--ro-bind", "/opt/ffmpeg-7/bin", "/opt/ffmpeg-7/bin"));
}

TEST(SandboxCommand, ShowsNothingMoreForAProgramOfTheSystem) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/env"};
  spec.working_folder = "/scratch/a";
  spec.inputs = {{"/media/-x y", "in/main.mp4"}};
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  EXPECT_FALSE(has_binding(command, "--ro-bind", "/usr/bin", "/usr/bin"));
  EXPECT_TRUE(has_binding(command, "--ro-bind", "/media/-x y", "/job/in/main.mp4"));
}

TEST(SandboxCommand, ShowsTheFoldersOfManyInputs) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/env"};
  spec.working_folder = "/scratch/a";
  for (std::size_t i = 0; i <= kMostBoundInputs; ++i)
    spec.inputs.push_back({"/none/shots/" + std::to_string(i), "in/1/" + std::to_string(i)});
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  EXPECT_TRUE(has_binding(command, "--ro-bind", "/none/shots", "/run/mpegflow/inputs/0"));
  EXPECT_FALSE(has_binding(command, "--ro-bind", "/none/shots/0", "/job/in/1/0"));
}

TEST(SandboxCommand, ShowsWhichProcessorsThereAre) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/ffmpeg"};
  spec.working_folder = "/scratch/a";
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  for (const char* place : {"/sys/devices/system/cpu", "/sys/devices/system/node"})
    EXPECT_TRUE(has_binding(command, "--ro-bind-try", place, place))
        << "x265 has no threads without";
}

TEST(SandboxCommand, ShowsDevicesToWhomTheyAreGiven) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/ffmpeg"};
  spec.working_folder = "/scratch/a";
  const auto make = [&] {
    return make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  };
  EXPECT_FALSE(has_binding(make(), "--dev-bind-try", "/dev/dri", "/dev/dri"));
  spec.devices = {{{"/dev/dri", "/dev/dri"}}, {{"/sys/dev/char", "/sys/dev/char"}}};
  EXPECT_TRUE(has_binding(make(), "--dev-bind-try", "/dev/dri", "/dev/dri"));
  EXPECT_TRUE(has_binding(make(), "--ro-bind-try", "/sys/dev/char", "/sys/dev/char"));
}

TEST(SandboxCommand, ShowsDevicesAboveTheFolderOfUsualOnes) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/ffmpeg"};
  spec.working_folder = "/scratch/a";
  spec.devices = {{{"/dev/dri", "/dev/dri"}}, {}};
  const auto command =
      make_sandbox_command("/usr/bin/bwrap", "/opt/mpegflow", spec, SandboxUsers::own);
  EXPECT_LT(std::ranges::find(command, "--dev"), std::ranges::find(command, "--dev-bind-try"));
}

}  // namespace
}  // namespace mpegflow::process
