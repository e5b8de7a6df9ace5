#include "core/plan/rare_names.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::plan {
namespace {

TEST(RareNames, AreDecodersOfHardwareAndLibraries) {
  EXPECT_TRUE(is_rare_decoder("h264_cuvid"));
  EXPECT_TRUE(is_rare_decoder("hevc_qsv"));
  EXPECT_TRUE(is_rare_decoder("libdav1d"));
  EXPECT_TRUE(is_rare_decoder("vvc")) << "older releases lack it";
  EXPECT_FALSE(is_rare_decoder("h264"));
  EXPECT_FALSE(is_rare_decoder("libx264")) << "no decoder";
  EXPECT_FALSE(is_rare_decoder("h264_nvenc")) << "no decoder";
  EXPECT_FALSE(is_rare_decoder("libnothing"));
}

TEST(RareNames, OfHardwareAreToldApart) {
  EXPECT_TRUE(is_hardware_decoder("av1_cuvid"));
  EXPECT_FALSE(is_hardware_decoder("libdav1d"));
  EXPECT_FALSE(is_hardware_decoder("x_cuvid")) << "no FFmpeg has it";
}

TEST(RareNames, AreMuxersThatABuildMayLack) {
  EXPECT_TRUE(is_rare_muxer("chromaprint"));
  EXPECT_TRUE(is_rare_muxer("avif"));
  EXPECT_FALSE(is_rare_muxer("mp4"));
  EXPECT_EQ(find_rare_muxer("avif"), "avif");
  EXPECT_EQ(find_rare_muxer("266"), "vvc");
  EXPECT_EQ(find_rare_muxer("mp4"), "");
  EXPECT_EQ(find_rare_muxer(""), "");
}

TEST(RareNames, HaveDecodersThatFFmpegKnows) {
  EXPECT_EQ(find_rare_decoders("av1"), "libdav1d/libaom-av1");
  EXPECT_EQ(find_rare_decoders("h264"), "");
  for (const char* codec : {"av1", "vvc", "evc", "avs2", "avs3", "apv", "jpegxl", "jpegxl_anim",
                            "codec2", "lc3", "mpegh_3d_audio", "dvb_teletext", "arib_caption"}) {
    ASSERT_NE(find_rare_decoders(codec), "") << codec;
    EXPECT_TRUE(retry::is_codec_name(codec)) << codec;
    for (const std::string& name : base::split(find_rare_decoders(codec), '/'))
      EXPECT_TRUE(retry::is_decoder_name(name)) << name;
  }
}

}  // namespace
}  // namespace mpegflow::plan
