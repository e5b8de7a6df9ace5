#include "core/encode/stderr_reader.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

constexpr std::string_view kVersion5 =
    "Error while decoding stream #0:0: Invalid data found when processing input\n"
    "    Last message repeated 2 times\n"
    "in/main: corrupt decoded frame in stream 0\n"
    "frame=   50 fps=0.0 q=27.0 Lsize=       9kB time=00:00:01.88 bitrate=  39.1kbits/s dup=2 "
    "drop=1 speed=96.8x    \n"
    "Input file #0 (in/main):\n"
    "  Input stream #0:0 (video): 50 packets read (42636 bytes); 49 frames decoded; \n"
    "  Input stream #0:1 (audio): 1 packets read (258 bytes); \n"
    "  Total: 51 packets (42894 bytes) demuxed\n"
    "Output file #0 (pipe:1):\n"
    "  Output stream #0:0 (video): 50 frames encoded; 50 packets muxed (7825 bytes); \n";

constexpr std::string_view kVersion7 =
    "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] Error submitting packet to decoder: Invalid data\n"
    "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] corrupt decoded frame\n"
    "[in#0/mov,mp4,m4a,3gp,3g2,mj2 @ 0x3] Input file #0 (in/main):\n"
    "[in#0/mov,mp4,m4a,3gp,3g2,mj2 @ 0x3]   Input stream #0:1 (audio): 94 packets read (9 bytes); "
    "93 frames decoded; 1 decode errors (95232 samples); \n"
    "[out#0/mp4 @ 0x4]   Output stream #0:0 (audio): 94 frames encoded (96000 samples); 95 packets "
    "muxed (3 bytes); \n";

TEST(StderrReader, ReadsTheStatisticsOfVersion5) {
  const EncodeStats stats = read_encode_stats(kVersion5);
  const InputStreamStats* video = find_decoded(stats, "video");
  ASSERT_NE(video, nullptr);
  EXPECT_EQ(video->packets_read, 50);
  EXPECT_EQ(video->frames_decoded, 49);
  EXPECT_EQ(find_decoded(stats, "audio"), nullptr) << "it was read, not decoded";
  EXPECT_EQ(find_output(stats, "video")->packets_muxed, 50);
  EXPECT_EQ(stats.duplicated_frames, 2);
  EXPECT_EQ(stats.dropped_frames, 1);
}

TEST(StderrReader, ReadsTheStatisticsOfVersion7) {
  const EncodeStats stats = read_encode_stats(kVersion7);
  const InputStreamStats* audio = find_decoded(stats, "audio");
  ASSERT_NE(audio, nullptr);
  EXPECT_EQ(audio->frames_decoded, 93);
  EXPECT_EQ(audio->decode_errors, 1);
  EXPECT_EQ(audio->samples_decoded, 95232);
  EXPECT_EQ(find_output(stats, "audio")->samples_encoded, 96000);
}

TEST(StderrReader, CountsDamagePerStreamWithRepeats) {
  EXPECT_EQ(find_damage(read_encode_stats(kVersion5), 0, 0), (StreamDamage{0, 0, 3, 1}));
  EXPECT_EQ(find_damage(read_encode_stats(kVersion7), 0, 0), (StreamDamage{0, 0, 1, 1}));
  EXPECT_EQ(find_damage(read_encode_stats(kVersion7), 0, 1), (StreamDamage{0, 1, 0, 0}));
}

TEST(StderrReader, ReadsWhatAStreamIsMadeOf) {
  const EncodeStats stats = read_encode_stats(
      "Stream mapping:\n"
      "  Stream #1:0 -> #0:0 (h264 (native) -> h264 (libx264))\n"
      "  Stream #0:1 (aac) -> volume:default\n"
      "  volume:default -> Stream #0:1 (aac)\n"
      "  Stream #0:2 -> #1:0 (copy)\n");
  EXPECT_EQ(stats.mappings, (std::vector<StreamMapping>{{1, 0, 0, 0}, {0, 2, 1, 0}}));
}

TEST(StderrReader, KeepsTheFirstWordOfAnEarlyEnd) {
  const EncodeStats stats = read_encode_stats(
      "[matroska,webm @ 0x1] File ended prematurely\n[mov @ 0x1] stream 0, offset 0x9: partial "
      "file\n");
  EXPECT_EQ(stats.ended_early, "File ended prematurely");
}

TEST(StderrReader, WithoutStatisticsThereAreNone) {
  EXPECT_TRUE(read_encode_stats("Conversion failed!\n").inputs.empty());
}

TEST(StderrReader, AFewDamagedPlacesAreNotHeavy) {
  EXPECT_FALSE(is_heavy_damage(3, 10));
  EXPECT_TRUE(is_heavy_damage(4, 100));
  EXPECT_FALSE(is_heavy_damage(4, 400));
}

}  // namespace
}  // namespace mpegflow::encode
