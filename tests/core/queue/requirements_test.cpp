#include "core/queue/requirements.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

const Requirements kNvenc = {"encoder:h264_nvenc"};

TEST(Requirements, AreKeptAsOneTextThatIsAlwaysTheSame) {
  const Requirements both = {"filter:scale_cuda", "encoder:h264_nvenc"};
  EXPECT_EQ(to_text(both), "encoder:h264_nvenc|filter:scale_cuda");
  EXPECT_EQ(parse_requirements(to_text(both)), both);
  EXPECT_EQ(to_text({}), "");
  EXPECT_EQ(parse_requirements(""), Requirements{});
}

TEST(Requirements, AreToldToPeople) {
  EXPECT_EQ(describe(kNvenc), "the encoder h264_nvenc");
  EXPECT_EQ(describe({"encoder:h264_nvenc", "filter:scale_cuda"}),
            "the encoder h264_nvenc and the filter scale_cuda");
  EXPECT_EQ(describe({"encoder:a", "encoder:b", "filter:c"}),
            "the encoder a, the encoder b and the filter c");
}

TEST(Requirements, MayBeMetByOneOfSeveral) {
  const Requirements av1 = {"decoder:libdav1d/libaom-av1"};
  EXPECT_TRUE(may_meet(read_capabilities(R"({"decoders":["libaom-av1"]})"), av1));
  EXPECT_FALSE(may_meet(read_capabilities(R"({"decoders":["av1","h264"]})"), av1));
  EXPECT_EQ(describe(av1), "the decoder libdav1d or libaom-av1");
}

TEST(Requirements, NameFontsAsFontconfigDoes) {
  const Capabilities fonts = read_capabilities(R"({"fonts":["DejaVu Sans"]})");
  EXPECT_TRUE(may_meet(fonts, {"font:dejavusans"}));
  EXPECT_FALSE(may_meet(fonts, {"font:DejaVu Serif"}));
}

TEST(Requirements, HaveAReasonOfTheCatalogue) {
  EXPECT_EQ(find_reason(kNvenc), "encoder_unavailable");
  EXPECT_EQ(find_reason({"filter:drawtext"}), "filter_unavailable");
  EXPECT_EQ(find_reason({"decoder:libdav1d/libaom-av1"}), "decoder_unavailable");
  EXPECT_EQ(find_reason({"muxer:avif"}), "muxer_unavailable");
  EXPECT_EQ(find_reason({"font:Noto Sans"}), "font_missing");
  EXPECT_EQ(find_reason({std::string(kSandbox)}), "sandbox_unavailable");
}

TEST(Requirements, AskForASandboxThatIsOn) {
  const Requirements required = {std::string(kSandbox)};
  EXPECT_EQ(describe(required), "its sandbox on");
  EXPECT_TRUE(may_meet(read_capabilities(R"({"sandbox":["on"]})"), required));
  EXPECT_FALSE(may_meet(read_capabilities(R"({"sandbox":[]})"), required));
  EXPECT_FALSE(may_meet(read_capabilities(R"({"encoders":["aac"]})"), required));
}

TEST(Requirements, AreMetByAWorkerThatHasAllOfThem) {
  const Capabilities plain = read_capabilities(R"({"encoders":["aac"],"filters":["drawtext"]})");
  const Capabilities gpu = read_capabilities(R"({"encoders":["aac","h264_nvenc"],"filters":[]})");
  EXPECT_FALSE(may_meet(plain, kNvenc));
  EXPECT_TRUE(may_meet(gpu, kNvenc));
  EXPECT_TRUE(may_meet(plain, {"encoder:aac", "filter:drawtext"}));
  EXPECT_FALSE(may_meet(gpu, {"encoder:aac", "filter:drawtext"}));
  EXPECT_TRUE(may_meet(plain, {}));
}

TEST(Requirements, MayBeMetByAWorkerThatDoesNotSayWhatItHas) {
  EXPECT_TRUE(may_meet(read_capabilities("{}"), kNvenc));
  EXPECT_TRUE(may_meet(read_capabilities("no JSON"), kNvenc));
  EXPECT_TRUE(may_meet(read_capabilities(R"({"encoders":["aac"]})"), {"filter:drawtext"}));
  EXPECT_FALSE(may_meet(read_capabilities(R"({"encoders":[]})"), kNvenc)) << "it says: none";
}

}  // namespace
}  // namespace mpegflow::queue
