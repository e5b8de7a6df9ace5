#include <filesystem>

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

/// A file system of its own, so that it can be full; gone at the end.
class SmallDisk {
 public:
  SmallDisk(base::Path path, const char* size) : path_(std::move(path)) {
    EXPECT_TRUE(base::make_directories(path_));
    is_mounted_ = mount("mpegflow-test", path_.c_str(), "tmpfs", 0,
                        (std::string("size=") + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_mounted() const { return is_mounted_; }
  const base::Path& path() const { return path_; }
  /// Room is made.
  void grow() const {
    EXPECT_EQ(mount("mpegflow-test", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  }

 private:
  base::Path path_;
  bool is_mounted_ = false;
};

TEST(FullDisk, UnderTheOutputIsNamedAndTheSameCommandGoesOn) {
  const Workspace place;
  const SmallDisk disk(place.path() / "small", "100k");
  if (!disk.is_mounted()) GTEST_SKIP() << "may not mount";
  const CommandResult full = place.run_ladder(make_clip(), disk.path() / "o");
  EXPECT_EQ(full.exit_code, 74) << full.out << full.err;
  EXPECT_NE(full.out.find("No space left"), std::string::npos) << full.out;
  EXPECT_FALSE(std::filesystem::exists(disk.path() / "o"));
  disk.grow();
  EXPECT_EQ(place.run_ladder(make_clip(), disk.path() / "o").exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(disk.path() / "o/master.m3u8"));
  for (const std::string& name : list_tree(disk.path()))
    EXPECT_EQ(name.find("mpegflow-"), std::string::npos) << name;
}

TEST(FullDisk, UnderTheStateIsNamed) {
  const Workspace place;
  for (const char* size : {"64k", "900k"}) {
    const SmallDisk disk(place.path() / size, size);
    if (!disk.is_mounted()) GTEST_SKIP() << "may not mount";
    const CommandResult full =
        place.run_ladder(make_clip(), place.out("o"),
                         {.environment = {{"MPEGFLOW_STATE", (disk.path() / "state").native()}}});
    EXPECT_EQ(full.exit_code, 74) << full.out << full.err;
    EXPECT_NE(full.err.find(disk.path().native()), std::string::npos) << full.err;
    EXPECT_FALSE(std::filesystem::exists(place.out("o")));
  }
}

TEST(Output, ThatCannotBeIsRefusedBeforeAnyWork) {
  const Workspace place;
  ASSERT_TRUE(base::write_file_durably(place.out("file"), "precious"));
  EXPECT_EQ(place.run_ladder(make_clip(), place.out("file")).exit_code, 73);
  EXPECT_EQ(place.run_ladder(make_clip(), place.out("file") / "below").exit_code, 73);
  EXPECT_EQ(read_bytes(place.out("file")), "precious");
  EXPECT_EQ(place.leftovers(), std::vector<std::string>{"file"});
}

TEST(State, OfANewerProgramIsLeftAlone) {
  const Workspace place;
  ASSERT_EQ(place.mpegflow({"job", "list"}).exit_code, 0);
  const base::Path database = place.state() / "mpegflow.db";
  std::string bytes = read_bytes(database);
  bytes.at(62) = 0x7f;  // user_version, of four bytes from 60 on
  for (const auto& entry : std::filesystem::directory_iterator(place.state()))
    if (entry.path().filename().native().starts_with("mpegflow.db"))
      std::filesystem::remove(entry.path());
  ASSERT_TRUE(base::write_file_durably(database, bytes));
  const CommandResult run = place.run_ladder(make_clip(), place.out("o"));
  EXPECT_EQ(run.exit_code, 78) << run.err;
  EXPECT_EQ(read_bytes(database), bytes);
}

TEST(Ffmpeg, ThatIsMissingIsSaidWithTheWayToGetIt) {
  const Workspace place;
  const CommandResult run =
      place.run_ladder(make_clip(), place.out("o"), {.environment = {{"PATH", "/nowhere"}}});
  EXPECT_EQ(run.exit_code, 69);
  EXPECT_NE(run.err.find("MPEGFLOW_FFMPEG"), std::string::npos) << run.err;
  EXPECT_TRUE(place.leftovers().empty());
  EXPECT_EQ(place.mpegflow({"doctor"}, {.environment = {{"PATH", "/nowhere"}}}).exit_code, 69);
}

TEST(Sandbox, ThatIsAskedForAndMissingIsRefusedBeforeAJobIsMade) {
  const Workspace place;
  // Warm, so that nothing but the job itself would need the sandbox.
  ASSERT_EQ(place.run_ladder(make_clip(), place.out("warm")).exit_code, 0);
  const CommandResult run = run_command(
      {"unshare", "-m", "sh", "-c",
       "for p in /usr/bin/bwrap /usr/local/bin/bwrap; do [ ! -e $p ] || mount --bind /dev/null $p "
       "|| exit 99; done; exec \"$0\" run --sandbox on --ladder hls-h264 \"$1\" -o \"$2\"",
       mpegflow_program(), make_clip().native(), place.out("o").native()},
      {.environment = {{"MPEGFLOW_STATE", place.state().native()}},
       .time_limit = std::chrono::seconds(10)});
  if (run.exit_code == 99 || run.exit_code == 1) GTEST_SKIP() << "may not hide bubblewrap";
  EXPECT_EQ(run.exit_code, 69) << run.out << run.err;
  EXPECT_NE(run.err.find("install bubblewrap"), std::string::npos) << run.err;
  EXPECT_NE(base::text_or(base::object_or(place.last_job(), "job"), "output"),
            "file://" + place.out("o").native());
  EXPECT_FALSE(std::filesystem::exists(place.out("o")));
}

TEST(Memory, ThatIsTooSmallIsTriedAgainThenDead) {
  const Workspace place;
  const base::Path large = place.in("large.mp4");
  run_ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=1", "-c:v", "libx264", "-preset",
              "ultrafast", large.native()});
  ASSERT_TRUE(
      base::write_file_durably(place.in("job.yaml"),
                               "input: in/large.mp4\nrenditions: [{height: 1080}]\naudio: false\n"
                               "output: out/o\n"));
  const CommandResult run =
      place.mpegflow({"run", place.in("job.yaml").native(), "--memory", "40MB"});
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
  const auto task = place.last_task("1080p");
  EXPECT_EQ(base::text_or(task, "state"), "dead");
  EXPECT_TRUE(base::text_or(task, "reason").starts_with("oom_")) << base::text_or(task, "reason");
  EXPECT_NE(run.out.find("--memory"), std::string::npos) << "what to do is said: " << run.out;
  EXPECT_TRUE(place.leftovers().empty());
}

}  // namespace
}  // namespace mpegflow::e2e
