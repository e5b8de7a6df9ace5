#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

using Words = std::vector<std::string>;

TEST(MissingInput, IsNamedAndLeavesNothing) {
  const Workspace place;
  const CommandResult run = place.run_ladder(place.in("nowhere.mp4"), place.out("o"));
  EXPECT_EQ(run.exit_code, 66);
  EXPECT_NE(run.err.find("nowhere.mp4"), std::string::npos) << run.err;
  EXPECT_TRUE(place.leftovers().empty());
}

TEST(MissingInput, AFolderOrAPipeIsNoInput) {
  const Workspace place;
  EXPECT_EQ(place.run_ladder(place.path() / "in", place.out("o")).exit_code, 65);
  ASSERT_EQ(mkfifo(place.in("pipe").c_str(), 0600), 0);
  EXPECT_EQ(place.run_ladder(place.in("pipe"), place.out("o")).exit_code, 65);
  EXPECT_TRUE(place.leftovers().empty());
}

TEST(MissingInput, EmptyFilesAndTextAreOnTheRecord) {
  const Workspace place;
  EXPECT_EQ(place.run_ladder(place.write_input("a.mp4", ""), place.out("o")).exit_code, 65);
  EXPECT_EQ(place.reasons_of_last_job(), Words{"input_empty"});
  const CommandResult text = place.run_ladder(
      place.write_input("b.mp4", "Dear all,\nhere is the film.\n"), place.out("o"));
  EXPECT_EQ(text.exit_code, 65);
  EXPECT_EQ(place.reasons_of_last_job(), Words{"input_not_media"});
  EXPECT_NE(text.out.find("job show"), std::string::npos) << "what to look at is named";
  EXPECT_EQ(place.mpegflow({"task", "show", "last/probe"}).exit_code, 0);
  EXPECT_TRUE(place.leftovers().empty());
}

TEST(MissingInput, ARejectedJobIsLookedAtAnew) {
  const Workspace place;
  const base::Path input = place.write_input("a.mp4", "no film");
  ASSERT_EQ(place.run_ladder(input, place.out("o")).exit_code, 65);
  ASSERT_EQ(place.run_ladder(input, place.out("o")).exit_code, 65);
  const CommandResult list = place.mpegflow({"job", "list", "--json"});
  EXPECT_EQ(boost::json::parse(list.out).at("jobs").as_array().size(), 2U);
}

/// Runs as nobody, for whom permissions count.
CommandResult run_as_nobody(const Workspace& place, const base::Path& input,
                            const base::Path& output, const base::Path& state) {
  return run_command(
      {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", mpegflow_program(), "run",
       "--ladder", "hls-h264", input.native(), "-o", output.native()},
      {.folder = place.path(), .environment = {{"MPEGFLOW_STATE", state.native()}}});
}

class AnotherUser : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can act as another user";
    std::filesystem::permissions(place_.path(), std::filesystem::perms(0755));
    ASSERT_TRUE(base::make_directories(home_));
    ASSERT_EQ(chown(home_.c_str(), 65534, 65534), 0);
    std::filesystem::copy(make_clip(), place_.in("a.mp4"));
  }

  Workspace place_;
  base::Path home_ = place_.path() / "home";
};

TEST_F(AnotherUser, MayNotReadTheInput) {
  std::filesystem::permissions(place_.in("a.mp4"), std::filesystem::perms(0600));
  const CommandResult run = run_as_nobody(place_, place_.in("a.mp4"), home_ / "o", home_ / "state");
  EXPECT_EQ(run.exit_code, 66);
  EXPECT_NE(run.err.find("permissions"), std::string::npos) << run.err;
}

TEST_F(AnotherUser, MayNotWriteTheOutputOrTheState) {
  std::filesystem::permissions(place_.in("a.mp4"), std::filesystem::perms(0644));
  EXPECT_EQ(run_as_nobody(place_, place_.in("a.mp4"), place_.out("o"), home_ / "state").exit_code,
            73);
  EXPECT_TRUE(place_.leftovers().empty());
  ASSERT_TRUE(base::make_directories(place_.state()));
  EXPECT_EQ(run_as_nobody(place_, place_.in("a.mp4"), home_ / "o", place_.state()).exit_code, 74);
}

}  // namespace
}  // namespace mpegflow::e2e
