#include <filesystem>

#include "cli/cli_fixture.h"
#include "objects/local/local_object_store.h"
#include "support/temporary_folder.h"

namespace mpegflow::cli {
namespace {

/// With a state directory on disk, and a log in it that nobody knows.
template <class Base>
class OnDisk : public Base {
 protected:
  OnDisk() {
    this->context_.open_local_state = [this](const Config&) -> base::Result<engine::LocalState> {
      return engine::LocalState{
          folder_.path(),
          {"host", "boot"},
          *this->store_,
          logs_on_disk_,
          quarantine_,
          [](const base::Path& path) -> std::unique_ptr<objects::ObjectStore> {
            return std::make_unique<objects::LocalObjectStore>(path);
          }};
    };
    EXPECT_TRUE(logs_on_disk_.put_bytes("stray/log", "12345"));
  }
  bool is_stray_there() { return logs_on_disk_.get_bytes("stray/log").has_value(); }

  test::TemporaryFolder folder_;
  objects::LocalObjectStore logs_on_disk_{folder_.path() / "logs"};
  objects::LocalObjectStore quarantine_{folder_.path() / "quarantine"};
};

using EmptyUpkeepTest = OnDisk<CliTest>;
using UpkeepTest = OnDisk<JobTest>;

TEST_F(UpkeepTest, GcSaysOfEachThingWhatAndWhy) {
  EXPECT_EQ(run({"gc"}), ExitCode::done);
  EXPECT_NE(out().find("kept"), std::string::npos) << out();
  EXPECT_NE(out().find("collected 0 (0 B), 1 kept for now (5 B)"), std::string::npos) << out();
  clock_.advance(std::chrono::microseconds(std::chrono::hours(48)).count());
  EXPECT_EQ(run({"gc", "--dry-run"}), ExitCode::done);
  EXPECT_NE(out().find("would collect"), std::string::npos) << out();
  EXPECT_TRUE(is_stray_there());
  EXPECT_EQ(run({"gc", "--json"}), ExitCode::done);
  EXPECT_FALSE(is_stray_there());
  const auto collected = base::object_or(record(), "collected");
  EXPECT_EQ(base::int_or(collected, "bytes"), 5);
  for (const auto& item : base::array_or(record(), "items"))
    EXPECT_EQ(base::text_or(item.get_object(), "action"), "collected");
}

TEST_F(UpkeepTest, GcRemovesHistoryOnlyIfToldTo) {
  clock_.advance(std::chrono::microseconds(std::chrono::hours(1000)).count());
  EXPECT_EQ(run({"gc"}), ExitCode::done);
  EXPECT_EQ(run({"job", "show", kJob}), ExitCode::done);
  EXPECT_EQ(run({"gc", "--keep-history", "90d"}), ExitCode::done);
  EXPECT_EQ(run({"job", "show", kJob}), ExitCode::done);
  context_.environment["MPEGFLOW_RETENTION_HISTORY"] = "1h";
  EXPECT_EQ(run({"gc"}), ExitCode::done);
  EXPECT_EQ(run({"job", "show", kJob}), ExitCode::input_missing);
}

TEST_F(UpkeepTest, AgesThatCouldMeanAnythingAreRefused) {
  EXPECT_EQ(run({"gc", "--grace", "2"}), ExitCode::usage);
  EXPECT_EQ(run({"gc", "--keep-history", "never"}), ExitCode::usage);
}

TEST_F(EmptyUpkeepTest, FsckEndsWithZeroOnlyIfNoFaultIsLeft) {
  EXPECT_EQ(run({"fsck"}), ExitCode::damaged);
  EXPECT_NE(out().find("orphan"), std::string::npos) << out();
  EXPECT_TRUE(is_stray_there());
  EXPECT_EQ(run({"fsck", "--repair", "--json"}), ExitCode::done) << out();
  EXPECT_TRUE(base::bool_or(record(), "is_clean"));
  EXPECT_FALSE(is_stray_there());
  EXPECT_EQ(run({"fsck", "--quick"}), ExitCode::done);
  EXPECT_NE(out().find("no faults"), std::string::npos) << out();
}

TEST_F(UpkeepTest, FsckLeavesWhatItCannotMend) {
  EXPECT_EQ(run({"fsck", "--repair", "--json"}), ExitCode::damaged);
  EXPECT_EQ(base::int_or(record(), "faults_left"), 1) << "the job names a log that is not there";
  EXPECT_EQ(base::int_or(record(), "jobs"), 1);
  const auto faults = base::array_or(record(), "faults");
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(base::text_or(faults.front().get_object(), "kind"), "log");
  EXPECT_FALSE(base::bool_or(faults.front().get_object(), "is_mended"));
}

}  // namespace
}  // namespace mpegflow::cli
