#include "core/retry/ffmpeg_names.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

TEST(FfmpegNames, KnowWholeWordsOnly) {
  EXPECT_TRUE(is_encoder_name("libx264"));
  EXPECT_FALSE(is_encoder_name("libx26"));
  EXPECT_FALSE(is_encoder_name("x264"));
  EXPECT_FALSE(is_encoder_name(""));
  EXPECT_TRUE(is_filter_name("scale"));
  EXPECT_TRUE(is_muxer_name("hls"));
  EXPECT_TRUE(is_muxer_option("hls_time"));
  EXPECT_TRUE(is_muxer_extension("mp4"));
}

TEST(FfmpegNames, PairCodecsWithHardware) {
  EXPECT_TRUE(is_encoder_name("av1_nvenc"));
  EXPECT_TRUE(is_encoder_name("hevc_d3d12va"));
  EXPECT_FALSE(is_encoder_name("h264_x"));
}

}  // namespace
}  // namespace mpegflow::retry
