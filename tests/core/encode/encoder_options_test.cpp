#include "core/encode/encoder_options.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/encode/argv.h"

namespace mpegflow::encode {
namespace {

Rhythm make_rhythm(bool is_constant_rate) {
  Rhythm rhythm;
  rhythm.is_constant_rate = is_constant_rate;
  rhythm.gop_frames = 50;
  return rhythm;
}

submit::RenditionSpec make_rendition(const std::string& codec, const std::string& preset) {
  submit::RenditionSpec rendition;
  rendition.height = 720;
  rendition.codec = codec;
  rendition.preset = preset;
  rendition.crf = 30;
  rendition.maxrate = 1'000'000;
  return rendition;
}

TEST(EncoderOptions, OfHevcAreForApplesPlayersToo) {
  const auto argv = encoder_options(make_rendition("hevc", "fast"), make_rhythm(true));
  EXPECT_EQ(value_of(argv, "-c:v"), "libx265");
  EXPECT_EQ(value_of(argv, "-preset"), "fast");
  EXPECT_EQ(value_of(argv, "-tag:v"), "hvc1");
  EXPECT_EQ(value_of(argv, "-maxrate"), "1000000");
  EXPECT_EQ(value_of(argv, "-bufsize"), "1500000");
  const std::string own = value_of(argv, "-x265-params");
  EXPECT_NE(own.find(":keyint=50:min-keyint=50"), std::string::npos) << own;
  EXPECT_NE(own.find("open-gop=0"), std::string::npos) << own;
}

TEST(EncoderOptions, OfNvencSayTheSameInItsOwnWords) {
  submit::RenditionSpec rendition = make_rendition("h264", "veryfast");
  rendition.encoder = "h264_nvenc";
  auto argv = encoder_options(rendition, make_rhythm(true));
  EXPECT_EQ(value_of(argv, "-c:v"), "h264_nvenc");
  EXPECT_EQ(value_of(argv, "-preset"), "p2");
  EXPECT_EQ(value_of(argv, "-cq"), "30");
  EXPECT_EQ(value_of(argv, "-crf"), "") << "it has none";
  EXPECT_EQ(value_of(argv, "-maxrate"), "1000000");
  EXPECT_EQ(value_of(argv, "-forced-idr"), "1") << "a segment begins with a key frame";
  EXPECT_NE(value_of(argv, "-force_key_frames"), "");
  EXPECT_EQ(value_of(argv, "-tag:v"), "");
  rendition.codec = "hevc";
  rendition.encoder = "hevc_nvenc";
  rendition.preset = "medium";
  argv = encoder_options(rendition, make_rhythm(false));
  EXPECT_EQ(value_of(argv, "-c:v"), "hevc_nvenc");
  EXPECT_EQ(value_of(argv, "-preset"), "p4");
  EXPECT_EQ(value_of(argv, "-tag:v"), "hvc1");
}

TEST(EncoderOptions, AreThoseOfTheSoftwareEncoderThatIsNamed) {
  submit::RenditionSpec rendition = make_rendition("h264", "fast");
  const auto argv = encoder_options(rendition, make_rhythm(true));
  rendition.encoder = "libx264";
  EXPECT_EQ(encoder_options(rendition, make_rhythm(true)), argv);
}

TEST(EncoderOptions, ForceKeyFramesAtTheSameTimesInEveryCodec) {
  for (const bool is_constant_rate : {true, false}) {
    const Rhythm rhythm = make_rhythm(is_constant_rate);
    const auto h264 = encoder_options(make_rendition("h264", "fast"), rhythm);
    ASSERT_NE(value_of(h264, "-force_key_frames"), "");
    for (const char* codec : {"hevc", "av1"}) {
      const auto argv = encoder_options(make_rendition(codec, "8"), rhythm);
      for (const char* option : {"-force_key_frames", "-g", "-keyint_min"})
        EXPECT_EQ(value_of(argv, option), value_of(h264, option)) << codec;
    }
  }
  const auto hevc = encoder_options(make_rendition("hevc", "fast"), make_rhythm(false));
  EXPECT_EQ(value_of(hevc, "-x265-params").find("keyint"), std::string::npos);
  EXPECT_EQ(value_of(hevc, "-forced-idr"), "1");
}

TEST(EncoderOptions, OfAv1TellItsEncoderToTakeKeyFrames) {
  const auto argv = encoder_options(make_rendition("av1", "8"), make_rhythm(true));
  EXPECT_EQ(value_of(argv, "-c:v"), "libsvtav1");
  EXPECT_EQ(value_of(argv, "-preset"), "8");
  EXPECT_EQ(value_of(argv, "-svtav1-params"),
            "lp=1:irefresh-type=2:scd=0:enable-force-key-frames=1");
}

TEST(EncoderOptions, OfHdr10SayInWhichLightItIsMeant) {
  probe::LightMetadata light;
  light.display = probe::MasteringDisplay{{0.68, 0.32},    {0.265, 0.69}, {0.15, 0.06},
                                          {0.3127, 0.329}, 0.005,         1000};
  light.content = probe::ContentLight{900, 300};
  const auto hevc = encoder_options(make_rendition("hevc", "fast"), make_rhythm(true), light);
  EXPECT_NE(value_of(hevc, "-x265-params")
                .find(":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
                      "L(10000000,50):max-cll=900,300"),
            std::string::npos);
  const auto av1 = encoder_options(make_rendition("av1", "8"), make_rhythm(true), light);
  EXPECT_NE(value_of(av1, "-svtav1-params")
                .find(":mastering-display=G(0.26500,0.69000)B(0.15000,0.06000)R(0.68000,0.32000)"
                      "WP(0.31270,0.32900)L(1000.0000,0.0050):content-light=900,300"),
            std::string::npos);
}

}  // namespace
}  // namespace mpegflow::encode
