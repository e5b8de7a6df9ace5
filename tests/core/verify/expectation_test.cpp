#include "core/verify/expectation.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

TEST(Expectation, LeavesALateStartOutOfThePicturesLength) {
  probe::Probe probe;
  probe.container = "matroska";
  probe.duration = 3.9;
  probe.start = 0.0;
  probe.video.emplace_back().start = 0.3;
  probe.audio.emplace_back().start = 0.0;
  const Expectation expectation = make_expectation(probe, {}, Medium::video, 48'000);
  EXPECT_NEAR(expectation.container_duration.value_or(0), 3.6, 1e-9);
  // FFmpeg's muxer writes the end of the stream into the tag of its length.
  probe.video[0].duration = 3.9;
  const Expectation tagged = make_expectation(probe, {}, Medium::video, 48'000);
  EXPECT_NEAR(tagged.duration.value_or(0), 3.6, 1e-9);
}

probe::Probe make_sound(std::string container, std::int64_t packets) {
  probe::Probe probe;
  probe.container = std::move(container);
  probe::AudioStream& audio = probe.audio.emplace_back();
  audio.sample_rate = 48'000;
  audio.packets = packets;
  audio.duration = 6;
  return probe;
}

TEST(Expectation, CountsNoPacketsWhereTheContainerCountsSomethingElse) {
  const auto count = [](const probe::Probe& probe) {
    return make_expectation(probe, {}, Medium::audio).packets;
  };
  EXPECT_EQ(count(make_sound("mov", 282)), 282);
  EXPECT_EQ(count(make_sound("mov", 288'000)), std::nullopt) << "those are samples";
  EXPECT_EQ(count(make_sound("avi", 282)), std::nullopt) << "that may be anything";
  EXPECT_TRUE(make_expectation(make_sound("mov", 288'000), {}, Medium::audio).is_length_stated);
}

TEST(Expectation, KnowsWhereALengthIsOnlyThatOfTheTimes) {
  EXPECT_TRUE(make_expectation(make_sound("mpegts", 0), {}, Medium::audio).is_length_from_times);
  EXPECT_FALSE(make_expectation(make_sound("mov", 282), {}, Medium::audio).is_length_from_times);
}

TEST(Expectation, KnowsWhatAnEditListMayHide) {
  probe::Probe probe = make_sound("mov", 282);
  probe::VideoStream& video = probe.video.emplace_back();
  video.duration = 3;
  video.frames = 150;
  video.frame_rate = video.average_frame_rate = {25, 1};
  const Expectation picture = make_expectation(probe, {}, Medium::video);
  EXPECT_EQ(picture.played, 3);
  EXPECT_DOUBLE_EQ(picture.picture_duration, 0.04);
  EXPECT_EQ(make_expectation(probe, {}, Medium::audio).source_rate, 48'000);
  probe.container = "matroska";
  EXPECT_EQ(make_expectation(probe, {}, Medium::video).played, std::nullopt);
}

}  // namespace
}  // namespace mpegflow::verify
