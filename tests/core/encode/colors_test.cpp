#include "core/encode/colors.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

probe::VideoStream make_video(std::string pixel_format, std::int64_t height = 1080) {
  probe::VideoStream video;
  video.pixel_format = std::move(pixel_format);
  video.width = height * 16 / 9;
  video.height = height;
  return video;
}

TEST(Colors, AreThoseThatAreStated) {
  probe::VideoStream video = make_video("yuv420p");
  video.color_space = "smpte170m";
  video.color_primaries = "bt709";
  video.color_transfer = "smpte170m";
  EXPECT_EQ(find_colors(video), (Colors{"smpte170m", "bt709", "smpte170m", false}));
}

TEST(Colors, AreTheUsualOnesOfTheSizeIfNothingIsStated) {
  EXPECT_EQ(find_colors(make_video("yuv420p")), (Colors{"bt709", "bt709", "bt709", false}));
  EXPECT_EQ(find_colors(make_video("yuv420p", 480)),
            (Colors{"smpte170m", "smpte170m", "smpte170m", false}));
  EXPECT_EQ(find_colors(make_video("yuv420p", 576)),
            (Colors{"bt470bg", "bt470bg", "smpte170m", false}));
  EXPECT_EQ(find_colors(make_video("rgb24", 480)), (Colors{"bt709", "bt709", "bt709", false}));
}

TEST(Colors, OfHdrThatSaysNothingElseAreWide) {
  probe::VideoStream video = make_video("yuv420p10le");
  video.color_transfer = "smpte2084";
  EXPECT_EQ(find_colors(video), (Colors{"bt2020nc", "bt2020", "smpte2084", false}));
}

TEST(Colors, SeeFullRange) {
  probe::VideoStream video = make_video("yuv420p");
  video.color_range = "pc";
  EXPECT_TRUE(find_colors(video).is_full_range);
  EXPECT_TRUE(find_colors(make_video("yuvj422p")).is_full_range);
  video.pixel_format = "gbrp";
  EXPECT_FALSE(find_colors(video).is_full_range) << "RGB always is; it becomes limited anyway";
}

TEST(Colors, AreCommonIfEveryPlayerKnowsThem) {
  EXPECT_TRUE(are_common({"bt709", "bt709", "bt709", false}));
  EXPECT_TRUE(are_common({"bt470bg", "bt470bg", "smpte170m", false}));
  EXPECT_FALSE(are_common({"bt2020nc", "bt2020", "bt2020-10", false}));
  EXPECT_FALSE(are_common({"bt709", "smpte432", "bt709", false}));
}

TEST(DynamicRange, IsInTheTransferFunction) {
  probe::VideoStream video = make_video("yuv420p10le");
  EXPECT_EQ(find_dynamic_range(video), DynamicRange::sdr);
  video.color_transfer = "smpte2084";
  EXPECT_EQ(find_dynamic_range(video), DynamicRange::pq);
  video.color_transfer = "arib-std-b67";
  EXPECT_EQ(find_dynamic_range(video), DynamicRange::hlg);
}

TEST(PixelFormat, SaysDepthAndAlpha) {
  const std::pair<const char*, int> depths[] = {
      {"yuv420p", 8},  {"yuv420p10le", 10},  {"p010le", 10}, {"p016le", 16},
      {"nv12", 8},     {"yuv422p12be", 12},  {"gray", 8},    {"gray16le", 16},
      {"rgb48le", 16}, {"gbrp14le", 14},     {"yuv410p", 8}, {"rgb24", 8},
      {"p210le", 10},  {"yuva444p10le", 10}, {"", 8}};
  for (const auto& [name, depth] : depths) EXPECT_EQ(find_depth(name), depth) << name;
  for (const char* name : {"yuva420p", "rgba", "bgra", "gbrap10le", "ya8"})
    EXPECT_TRUE(has_alpha(make_video(name))) << name;
  for (const char* name : {"yuv420p", "rgb24", "gbrp", "nv12"})
    EXPECT_FALSE(has_alpha(make_video(name))) << name;
  EXPECT_TRUE(is_rgb("gbrp"));
  EXPECT_FALSE(is_rgb("yuv444p"));
}

}  // namespace
}  // namespace mpegflow::encode
