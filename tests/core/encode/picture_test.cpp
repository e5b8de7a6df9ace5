#include "core/encode/picture.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

probe::VideoStream make_video(std::int64_t width, std::int64_t height) {
  probe::VideoStream video;
  video.width = width;
  video.height = height;
  video.pixel_format = "yuv420p";
  return video;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Picture, IsShownUprightWithSquarePixels) {
  probe::VideoStream video = make_video(720, 576);
  video.sample_aspect = {64, 45};
  EXPECT_EQ(find_display_size(video), (PictureSize{1024, 576}));
  video = make_video(1920, 1080);
  video.rotation = 90;
  EXPECT_EQ(find_display_size(video), (PictureSize{1080, 1920}));
}

TEST(Picture, FitsTheShortSide) {
  EXPECT_EQ(fit_short_side({1920, 1080}, 360), (PictureSize{640, 360}));
  EXPECT_EQ(fit_short_side({1080, 1920}, 360), (PictureSize{360, 640}));
  EXPECT_EQ(fit_short_side({853, 480}, 240), (PictureSize{426, 240})) << "even sides";
}

TEST(Picture, OfAPlainSourceIsOnlyScaledAndTagged) {
  const PicturePlan plan = plan_picture(make_video(1920, 1080), {640, 360}, {});
  EXPECT_EQ(plan.filter,
            "scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int+bitexact,setsar=1,"
            "format=yuv420p,setparams=field_mode=prog:range=tv:color_primaries=bt709:"
            "color_trc=bt709:colorspace=bt709");
  EXPECT_FALSE(plan.needs_color_filters);
}

TEST(Scan, IsWhatTheFramesShow) {
  probe::VideoStream video = make_video(720, 576);
  EXPECT_EQ(find_scan(video), Scan::progressive);
  video.field_order = "tt";
  EXPECT_EQ(find_scan(video), Scan::top_first);
  video.field_order = "tb";
  EXPECT_EQ(find_scan(video), Scan::bottom_first);
  video.fields = {{0, 0, 100, 20}};
  EXPECT_EQ(find_scan(video), Scan::progressive) << "marked, but it is not";
  video.field_order = "";
  video.fields = {{3, 80, 10, 5}};
  EXPECT_EQ(find_scan(video), Scan::bottom_first);
  EXPECT_TRUE(contains(plan_picture(video, {384, 288}, {}).filter,
                       "bwdif=mode=send_frame:parity=bff:deint=all,scale="));
  video.fields = {{1, 0, 0, 3}};
  EXPECT_EQ(find_scan(video), Scan::progressive) << "too few to tell";
}

TEST(Picture, OfHdrIsToneMappedForSdr) {
  probe::VideoStream video = make_video(1920, 1080);
  video.pixel_format = "yuv420p10le";
  video.color_transfer = "smpte2084";
  video.color_primaries = "bt2020";
  video.color_space = "bt2020nc";
  const PicturePlan plan = plan_picture(video, {640, 360}, {});
  EXPECT_TRUE(plan.is_tone_mapped);
  EXPECT_TRUE(plan.needs_color_filters);
  EXPECT_TRUE(
      contains(plan.filter, ",zscale=min=bt2020nc:pin=bt2020:tin=smpte2084:rin=tv:t=linear"))
      << plan.filter;
  EXPECT_EQ(plan.colors, (Colors{"bt709", "bt709", "bt709", false}));
}

TEST(Picture, OfHdrKeepsItWhereTheEncoderCan) {
  probe::VideoStream video = make_video(1920, 1080);
  video.pixel_format = "yuv420p10le";
  video.color_transfer = "arib-std-b67";
  video.color_primaries = "bt2020";
  video.color_space = "bt2020nc";
  const PicturePlan plan = plan_picture(video, {640, 360}, {10, true});
  EXPECT_FALSE(plan.is_tone_mapped);
  EXPECT_EQ(plan.colors, (Colors{"bt2020nc", "bt2020", "arib-std-b67", false}));
  EXPECT_TRUE(contains(plan.filter, "format=yuv420p10le")) << plan.filter;
}

TEST(Picture, FlattensAlphaOnBlack) {
  probe::VideoStream video = make_video(640, 360);
  video.codec = "vp9";
  video.has_hidden_alpha = true;
  const PicturePlan plan = plan_picture(video, {640, 360}, {});
  EXPECT_EQ(plan.decoder, "libvpx-vp9");
  EXPECT_TRUE(plan.is_flattened);
  EXPECT_TRUE(contains(plan.filter, "scale=in_color_matrix=bt601:flags="));
  EXPECT_TRUE(
      contains(plan.filter, "format=gbrap,premultiply=inplace=1,format=gbrp,scale=640:360"));
  EXPECT_TRUE(contains(plan.filter, ":out_color_matrix=bt709:out_range=tv"));
}

TEST(Picture, ReducesFullRange) {
  probe::VideoStream video = make_video(1920, 1080);
  video.pixel_format = "yuvj420p";
  video.color_range = "pc";
  EXPECT_TRUE(contains(plan_picture(video, {640, 360}, {}).filter, ":in_range=pc:out_range=tv"));
}

TEST(Picture, BringsRareColorsToTheCommonOnes) {
  probe::VideoStream video = make_video(1920, 1080);
  video.pixel_format = "yuv420p10le";
  video.color_space = "bt2020nc";
  const PicturePlan plan = plan_picture(video, {640, 360}, {});
  EXPECT_TRUE(plan.has_new_colors);
  EXPECT_TRUE(contains(plan.filter, ",zscale=min=bt2020nc:pin=bt2020:tin=bt2020-10:rin=tv:m=bt709"))
      << plan.filter;
}

TEST(Picture, CallsColorsByTheNamesThatTheFilterKnows) {
  probe::VideoStream video = make_video(1920, 1080);
  video.color_space = "bt709";
  video.color_primaries = "smpte432";
  const std::pair<const char*, const char*> transfers[] = {{"gamma22", "bt470m"},
                                                           {"gamma28", "bt470bg"},
                                                           {"smpte240m", "bt709"},
                                                           {"bt1361e", "bt709"},
                                                           {"iec61966-2-1", "iec61966-2-1"}};
  for (const auto& [stated, known] : transfers) {
    video.color_transfer = stated;
    const PicturePlan plan = plan_picture(video, {640, 360}, {});
    EXPECT_TRUE(contains(plan.filter, std::string(":tin=") + known + ":")) << plan.filter;
  }
  video.color_transfer = "smpte2084";
  video.color_space = "ictcp";
  EXPECT_TRUE(contains(plan_picture(video, {640, 360}, {}).filter, "zscale=min=bt2020nc:"));
}

TEST(Picture, OfEarlyHdtvLosesItsMatrix) {
  probe::VideoStream video = make_video(1920, 1080);
  video.color_space = video.color_primaries = video.color_transfer = "smpte240m";
  const PicturePlan plan = plan_picture(video, {640, 360}, {});
  EXPECT_TRUE(contains(plan.filter, ":in_color_matrix=smpte240m:out_color_matrix=bt709"));
  EXPECT_FALSE(plan.needs_color_filters);
  EXPECT_EQ(plan.colors, (Colors{"bt709", "smpte170m", "bt709", false}));
}

}  // namespace
}  // namespace mpegflow::encode
