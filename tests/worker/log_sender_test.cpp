#include "worker/log_sender.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

using protocol::WantedLog;

class LogSenderTest : public testing::Test {
 protected:
  void write(const std::string& text) {
    const base::Path file = folder_.path() / "2-claim" / "work" / "stderr.log";
    ASSERT_TRUE(base::make_directories(file.parent_path()));
    ASSERT_TRUE(base::write_file_durably(file, text));
  }
  /// A server that keeps what fits.
  base::Result<std::int64_t> take(std::int64_t from, std::string_view piece) {
    ++calls_;
    if (answer_) return *answer_;
    if (from == std::ssize(got_)) got_ += piece;
    return std::ssize(got_);
  }

  const protocol::Claim claim_{base::TaskId("task"), 2, base::ClaimId("claim")};
  test::TemporaryFolder folder_;
  std::string got_;
  int calls_ = 0;
  std::optional<base::Result<std::int64_t>> answer_;
  LogSender sender_{folder_.path(), [this](const auto&, std::int64_t from, std::string_view piece) {
                      return take(from, piece);
                    }};
};

TEST_F(LogSenderTest, SendsNothingThatNobodyWants) {
  write("one\n");
  sender_.run_once();
  EXPECT_EQ(calls_, 0);
  EXPECT_FALSE(sender_.is_wanted());
}

TEST_F(LogSenderTest, SendsWhatThereIsAndWhatComes) {
  sender_.want({{claim_, 0}});
  sender_.run_once();
  EXPECT_EQ(calls_, 0) << "nothing is written yet";
  write("one\n");
  sender_.run_once();
  EXPECT_EQ(got_, "one\n");
  sender_.run_once();
  EXPECT_EQ(calls_, 1) << "nothing is new";
  write("one\ntwo\n");
  sender_.run_once();
  EXPECT_EQ(got_, "one\ntwo\n");
}

TEST_F(LogSenderTest, SendsALongLogInPieces) {
  const std::string text(3'000'000, 'x');
  write(text);
  sender_.want({{claim_, 0}});
  sender_.run_once();
  EXPECT_EQ(got_, text);
  EXPECT_EQ(calls_, 3);
}

TEST_F(LogSenderTest, GoesOnWhereItsServerSays) {
  got_ = "one\n";
  write("one\ntwo\n");
  sender_.want({{claim_, 0}});  // told before the server had it
  sender_.run_once();
  EXPECT_EQ(got_, "one\ntwo\n");
}

TEST_F(LogSenderTest, TriesAgainLaterWhatDidNotArrive) {
  write("one\n");
  sender_.want({{claim_, 0}});
  answer_ = base::fail(base::ErrorCode::store_failed, "no answer");
  sender_.run_once();
  EXPECT_EQ(calls_, 1);
  answer_.reset();
  sender_.run_once();
  EXPECT_EQ(got_, "one\n");
}

TEST_F(LogSenderTest, StopsWhenNobodyWantsItAnyMore) {
  write("one\n");
  sender_.want({{claim_, 0}});
  answer_ = base::fail(base::ErrorCode::superseded, "nobody asks");
  sender_.run_once();
  EXPECT_FALSE(sender_.is_wanted());
}

TEST_F(LogSenderTest, DoesNotOfferAgainWhatIsNotTaken) {
  write("one\n");
  sender_.want({{claim_, 0}});
  answer_ = 0;
  sender_.run_once();
  EXPECT_EQ(calls_, 1);
}

}  // namespace
}  // namespace mpegflow::worker
