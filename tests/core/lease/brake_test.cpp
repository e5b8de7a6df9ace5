#include "core/lease/brake.h"

#include <gtest/gtest.h>

namespace mpegflow::lease {
namespace {

using base::WallTime;
using std::chrono::seconds;

constexpr seconds kTtl{90};

Silence silent(std::int64_t count, std::int64_t of) {
  Silence silence;
  silence.open_sessions = of;
  silence.silent_sessions = count;
  silence.listening = seconds(1000);
  silence.ttl = kTtl;
  silence.now = WallTime{5'000'000'000};
  return silence;
}

TEST(Brake, LetsSingleSessionsExpire) {
  EXPECT_TRUE(judge_silence(silent(1, 1)).may_expire);
  EXPECT_TRUE(judge_silence(silent(3, 3)).may_expire) << "few";
  EXPECT_TRUE(judge_silence(silent(25, 100)).may_expire) << "a quarter, not more";
}

TEST(Brake, AServerThatJustStartedExpiresNothing) {
  Silence silence = silent(1, 10);
  silence.listening = 2 * kTtl - seconds(1);
  EXPECT_FALSE(judge_silence(silence).may_expire);
  silence.listening = 2 * kTtl;
  EXPECT_TRUE(judge_silence(silence).may_expire);
}

TEST(Brake, HoldsUpAMassExpiryForTwoTtls) {
  Silence silence = silent(4, 15);
  BrakeDecision decision = judge_silence(silence);
  EXPECT_EQ(decision, (BrakeDecision{false, silence.now}));
  const WallTime since = silence.now;
  silence.braking_since = decision.braking_since;
  silence.now = since + (2 * kTtl - base::Micros(1));
  EXPECT_EQ(judge_silence(silence), (BrakeDecision{false, since})) << "the beginning stays";
  silence.now = since + 2 * kTtl;
  EXPECT_EQ(judge_silence(silence), (BrakeDecision{true, since})) << "they are really gone";
}

TEST(Brake, ForgetsAPauseOnceTheyAreHeardAgain) {
  Silence silence = silent(1, 15);
  silence.braking_since = WallTime{1};
  EXPECT_EQ(judge_silence(silence), (BrakeDecision{true, std::nullopt}));
}

TEST(Brake, ARestartDoesNotMakeThePauseLonger) {
  Silence silence = silent(8, 8);
  silence.braking_since = WallTime{silence.now.us - 1};
  silence.listening = seconds(0);
  EXPECT_EQ(judge_silence(silence).braking_since, silence.braking_since);
}

}  // namespace
}  // namespace mpegflow::lease
