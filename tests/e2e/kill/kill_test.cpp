#include <memory>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checkout/checkout.h"
#include "e2e/kill/campaign.h"

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;

const CampaignSize kShort{3, {240, 120}, true};

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "; ";
  return text;
}

void expect_good(const Finding& finding) {
  EXPECT_EQ(join(finding.survivors), "");
  EXPECT_NE(finding.tree_between, "mixture");
  EXPECT_EQ(finding.exit_code, 0);
  EXPECT_EQ(join(finding.done_again), "");
  EXPECT_EQ(join(finding.untold), "");
  EXPECT_EQ(join(finding.debris), "");
  EXPECT_TRUE(finding.is_same_tree);
  EXPECT_TRUE(finding.is_same_frames);
  if (testing::Test::HasFailure()) fmt::print("{}", finding.words);
}

class Kill : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = base::Path(testing::TempDir()) / fmt::format("mpegflow-kill.{}", getpid());
    campaign_ = std::make_unique<Campaign>(MPEGFLOW_BINARY_DIR "/mpegflow", folder_, kShort);
    fault_ = campaign_->prepare();
  }
  static void TearDownTestSuite() {
    campaign_.reset();
    std::filesystem::remove_all(folder_);
  }
  void SetUp() override { ASSERT_EQ(fault_, ""); }

  /// At this part of the time that the job takes undisturbed.
  static Moment at(double part) {
    const auto whole = std::chrono::microseconds(campaign_->undisturbed_time());
    return {std::chrono::microseconds(static_cast<std::int64_t>(part * double(whole.count()))),
            false};
  }

  /// The undisturbed time was taken under another load than this round's: if the job was over, or
  /// the victim done, before the strike could matter, it is played again with an earlier one. Every
  /// round must end well.
  static Finding play_until(Round round, bool (*is_met)(const Finding&)) {
    for (;;) {
      Finding finding = campaign_->play(round);
      expect_good(finding);
      if (is_met(finding) || round.moment.after < 5ms) return finding;
      round.moment.after = round.moment.after * 3 / 5;
    }
  }
  static bool was_cut_short(const Finding& finding) { return finding.attempts_unfinished == 1; }
  static bool was_stopped(const Finding& finding) {
    return finding.was_struck && finding.struck_exit_code != 0;
  }

  static inline base::Path folder_;
  static inline std::unique_ptr<Campaign> campaign_;
  static inline std::string fault_;
};

TEST_F(Kill, OfMpegflowLosesNothingCommitted) {
  for (const double part : {0.1, 0.35, 0.6, 0.85})
    expect_good(campaign_->play({Victim::engine, at(part), 1}));
}

TEST_F(Kill, OfMpegflowWhilePublishingShowsOldOrNewWhole) {
  for (const auto delay : {0us, 300us, 1000us, 2500us, 5000us, 8000us, 15000us, 30000us})
    expect_good(campaign_->play({Victim::engine, {delay, true}, 1}));
}

TEST_F(Kill, OfGuardIsRetriedByItself) {
  EXPECT_EQ(play_until({Victim::guard, at(0.3), 1}, was_cut_short).attempts_unfinished, 1);
}

TEST_F(Kill, OfBubblewrapIsRetriedByItself) {
  const Finding finding = campaign_->play({Victim::bubblewrap, at(0.3), 2});
  EXPECT_LE(finding.attempts_unfinished, finding.was_struck ? 1 : 0);
  expect_good(finding);
}

TEST_F(Kill, OfInnerGuardIsRetriedByItself) {
  const Finding finding = campaign_->play({Victim::inner, at(0.3), 3});
  EXPECT_LE(finding.attempts_unfinished, finding.was_struck ? 1 : 0);
  expect_good(finding);
}

TEST_F(Kill, OfEncoderIsRetriedByItself) {
  EXPECT_EQ(play_until({Victim::encoder, at(0.3), 4}, was_cut_short).attempts_unfinished, 1);
}

TEST_F(Kill, CtrlCReleasesAndTheSameCommandGoesOn) {
  const Finding finding = play_until({Victim::engine_ctrl_c, at(0.4), 5}, was_stopped);
  EXPECT_EQ(finding.struck_exit_code, 130);
}

TEST_F(Kill, SigtermReleasesAndTheSameCommandGoesOn) {
  const Finding finding = play_until({Victim::engine_terminated, at(0.4), 6}, was_stopped);
  EXPECT_EQ(finding.struck_exit_code, 143);
}

}  // namespace
}  // namespace mpegflow::e2e
