#include "core/encode/time_line.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

using Arguments = std::vector<std::string>;

probe::Probe make_three_tracks(std::string container) {
  probe::Probe probe;
  probe.container = std::move(container);
  probe::VideoStream video;
  video.width = 320;
  video.height = 180;
  probe.video.push_back(video);
  for (int index = 1; index < 3; ++index) {
    probe::AudioStream audio;
    audio.index = index;
    audio.sample_rate = 48'000;
    probe.audio.push_back(audio);
  }
  return probe;
}

TEST(TimeLine, OfATransportStreamNeedsAllStreams) {
  EXPECT_EQ(keep_time_line(make_three_tracks("mpegts"), 0),
            (Arguments{"-map", "0:1", "-map", "0:2", "-c", "copy", "-f", "null", "-"}));
  EXPECT_EQ(keep_time_line(make_three_tracks("mpeg"), 2),
            (Arguments{"-map", "0:0", "-map", "0:1", "-c", "copy", "-f", "null", "-"}));
}

TEST(TimeLine, OfOtherContainersIsTheFiles) {
  EXPECT_EQ(keep_time_line(make_three_tracks("mov"), 0), Arguments{});
}

TEST(TimeLine, LeavesOutStreamsThatSayNothing) {
  probe::Probe probe = make_three_tracks("mpegts");
  probe.audio[0].sample_rate = probe.audio[1].sample_rate = 0;
  EXPECT_EQ(keep_time_line(probe, 0), Arguments{});
}

}  // namespace
}  // namespace mpegflow::encode
