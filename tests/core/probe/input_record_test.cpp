#include "core/probe/input_record.h"

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

TEST(InputRecord, ComesBackAsItWasKept) {
  InputRecord record;
  record.probe.container = "mov";
  record.probe.size = 1000;
  record.probe.duration = 2.5;
  VideoStream video;
  video.codec = "h264";
  video.width = 1280;
  video.height = 720;
  video.frame_rate = video.average_frame_rate = {30000, 1001};
  video.frames = 75;
  record.probe.video = {video};
  AudioStream audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.sample_rate = 48000;
  audio.language = "deu";
  record.probe.audio = {audio};
  record.sniff.container = "mov";
  record.sniff.description = "MP4";
  record.sniff.is_surely_cut = true;
  record.sniff.cut_short = "the last box is cut";
  EXPECT_EQ(parse_input_record(to_json(record)), record);
}

TEST(InputRecord, KnowsAnInputThatIsWhole) {
  EXPECT_FALSE(parse_input_record(to_json(InputRecord{})).sniff.cut_short);
}

}  // namespace
}  // namespace mpegflow::probe
