#include "core/encode/sound.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

SoundPlan plan_for(std::int64_t channels, std::string layout, submit::AudioSpec spec = {}) {
  probe::AudioStream audio;
  audio.channels = channels;
  audio.channel_layout = std::move(layout);
  return plan_sound(audio, spec);
}

TEST(Sound, MixesSurroundDown) {
  const SoundPlan plan = plan_for(6, "5.1(side)");
  EXPECT_EQ(plan.channels, 2);
  EXPECT_TRUE(plan.is_mixed_down);
}

TEST(Sound, KeepsTheLevelOfMono) {
  const SoundPlan plan = plan_for(1, "mono");
  EXPECT_EQ(plan.channels, 2);
  EXPECT_TRUE(plan.is_mono_doubled);
  EXPECT_NE(plan.filter.find("pan=stereo|c0=c0|c1=c0"), std::string::npos);
}

TEST(Sound, StaysInStepWithTheTimesOfTheSource) {
  EXPECT_EQ(plan_for(2, "stereo").filter, "aresample=48000:async=1:min_hard_comp=0.02");
}

TEST(Sound, IsTimedByItsSamplesWhereEmptyPacketsSpoilItsTimes) {
  probe::AudioStream audio;
  audio.channels = 2;
  audio.has_empty_packets = true;
  EXPECT_EQ(plan_sound(audio, {}).filter,
            "asetpts=N/SR/TB,aresample=48000:async=1:min_hard_comp=0.02");
}

TEST(Sound, HasNoMoreChannelsThanTheSource) {
  submit::AudioSpec spec;
  spec.channels = 6;
  EXPECT_EQ(plan_for(2, "stereo", spec).channels, 2);
  EXPECT_EQ(plan_for(8, "7.1", spec).channels, 6);
  EXPECT_EQ(plan_for(0, "", spec).channels, 6) << "the file does not say";
}

TEST(Sound, TakesTwoOfManyThatNobodyNamed) {
  const SoundPlan plan = plan_for(12, "");
  EXPECT_TRUE(plan.takes_first_two);
  EXPECT_FALSE(plan.is_mixed_down);
  EXPECT_NE(plan.filter.find("pan=stereo|c0=c0|c1=c1"), std::string::npos);
}

}  // namespace
}  // namespace mpegflow::encode
