#include "api/running_logs.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace mpegflow::api {
namespace {

using protocol::WantedLog;

class RunningLogsTest : public testing::Test {
 protected:
  std::size_t count_files() const {
    std::error_code none;
    const std::filesystem::directory_iterator files(folder_.path() / "logs", none);
    return none ? 0 : static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  const store::Claim claim_{base::TaskId("task"), 2, base::ClaimId("claim")};
  const std::vector<store::Heartbeat::Running> running_{{claim_, {}}};
  test::TemporaryFolder folder_;
  test::ManualClock clock_;
  RunningLogs logs_{folder_.path() / "logs", std::chrono::minutes(1), clock_};
};

TEST_F(RunningLogsTest, AreWantedOnlyOfWhatSomebodyReads) {
  EXPECT_TRUE(logs_.list_wanted(running_).empty());
  EXPECT_EQ(logs_.append(claim_, 0, "x").error().code, base::ErrorCode::superseded);
  EXPECT_EQ(logs_.read(claim_), "");
  EXPECT_EQ(logs_.list_wanted(running_), (std::vector<WantedLog>{{claim_, 0}}));
  EXPECT_TRUE(logs_.list_wanted({}).empty()) << "its worker is another one";
}

TEST_F(RunningLogsTest, GrowByPiecesThatFitTogether) {
  ASSERT_TRUE(logs_.read(claim_));
  EXPECT_EQ(logs_.append(claim_, 0, "one\n"), 4);
  EXPECT_EQ(logs_.append(claim_, 0, "one\n"), 4) << "it came twice";
  EXPECT_EQ(logs_.append(claim_, 9, "late"), 4);
  EXPECT_EQ(logs_.append(claim_, 4, "two\n"), 8);
  EXPECT_EQ(logs_.read(claim_), "one\ntwo\n");
  EXPECT_EQ(logs_.list_wanted(running_), (std::vector<WantedLog>{{claim_, 8}}));
}

TEST_F(RunningLogsTest, AreForgottenWhenNobodyReadsThemAnyMore) {
  ASSERT_TRUE(logs_.read(claim_));
  ASSERT_TRUE(logs_.append(claim_, 0, "one\n"));
  clock_.advance(std::chrono::seconds(50));
  EXPECT_EQ(logs_.read(claim_), "one\n");
  clock_.advance(std::chrono::seconds(50));
  EXPECT_EQ(logs_.list_wanted(running_).size(), 1U) << "it was asked for since";
  clock_.advance(std::chrono::seconds(11));
  EXPECT_TRUE(logs_.list_wanted(running_).empty());
  EXPECT_EQ(count_files(), 0U);
  EXPECT_EQ(logs_.read(claim_), "");
  EXPECT_EQ(logs_.list_wanted(running_), (std::vector<WantedLog>{{claim_, 0}}));
}

TEST_F(RunningLogsTest, EndWithTheirAttempt) {
  ASSERT_TRUE(logs_.read(claim_));
  ASSERT_TRUE(logs_.append(claim_, 0, "one\n"));
  EXPECT_EQ(count_files(), 1U);
  logs_.forget(claim_);
  EXPECT_EQ(count_files(), 0U);
  EXPECT_TRUE(logs_.list_wanted(running_).empty());
}

TEST_F(RunningLogsTest, AreKeptToABound) {
  ASSERT_TRUE(logs_.read(claim_));
  const std::string piece(static_cast<std::size_t>(RunningLogs::kMost / 2 + 1), 'x');
  ASSERT_EQ(logs_.append(claim_, 0, piece), std::ssize(piece));
  EXPECT_EQ(logs_.append(claim_, std::ssize(piece), piece), RunningLogs::kMost);
  EXPECT_TRUE(logs_.list_wanted(running_).empty());
  EXPECT_EQ(logs_.append(claim_, RunningLogs::kMost, "x").error().code,
            base::ErrorCode::superseded);
}

}  // namespace
}  // namespace mpegflow::api
