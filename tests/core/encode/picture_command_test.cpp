#include "core/encode/picture_command.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

struct Source {
  probe::Probe probe;
  probe::VideoStream video;
};

Source make_source(double duration) {
  Source source;
  source.probe.container = "mov";
  source.probe.duration = duration;
  source.video.width = 640;
  source.video.height = 360;
  return source;
}

std::string value_of(const std::vector<std::string>& argv, const std::string& option) {
  const auto found = std::ranges::find(argv, option);
  return found == argv.end() || found + 1 == argv.end() ? "" : *(found + 1);
}

std::string poster_at(double duration, const submit::PosterSpec& poster) {
  const Source source = make_source(duration);
  return value_of(make_poster_command(source.probe, source.video, poster, "in/a", "out/p.jpg"),
                  "-ss");
}

TEST(Poster, IsFromTheFirstTenthUnlessATimeIsSaid) {
  EXPECT_EQ(poster_at(100, {}), "10.000000");
  EXPECT_EQ(poster_at(7200, {}), "60.000000") << "at most a minute";
  EXPECT_EQ(poster_at(100, {true, 42}), "42.000000");
  EXPECT_EQ(poster_at(10, {true, 42}), "9.500000") << "there is no such time in the film";
  EXPECT_EQ(poster_at(0.04, {true, 42}), "0.000000");
  EXPECT_EQ(poster_at(0.04, {}), "0.000000") << "its only picture is the first";
}

TEST(Poster, OfAStreamWithoutIndexIsDecodedFromWellBefore) {
  const auto seeks_of = [](double duration) {
    Source source = make_source(duration);
    source.probe.container = "mpegts";
    std::vector<std::string> seeks;
    const auto argv = make_poster_command(source.probe, source.video, {}, "in/a", "out/p.jpg");
    for (auto at = argv.begin(); at != argv.end(); ++at)
      if (*at == "-ss" || *at == "-i") seeks.push_back(*at == "-i" ? "input" : *(at + 1));
    return seeks;
  };
  using Seeks = std::vector<std::string>;
  EXPECT_EQ(seeks_of(2), (Seeks{"input", "0.200000"}));
  EXPECT_EQ(seeks_of(500), (Seeks{"30.000000", "input", "20.000000"}));
}

TEST(Poster, LooksAsTheFilmDoes) {
  Source source = make_source(10);
  source.video.pixel_format = "yuv420p10le";
  source.video.color_transfer = "smpte2084";
  const auto filter_of = [&] {
    return value_of(make_poster_command(source.probe, source.video, {}, "in/a", "out/p"),
                    "-filter:v");
  };
  EXPECT_NE(filter_of().find("tonemap="), std::string::npos) << filter_of();
  EXPECT_NE(filter_of().find(":in_color_matrix=bt709:out_color_matrix=bt601:"), std::string::npos);
  source.video.color_transfer = "bt709";
  source.video.field_order = "tt";
  EXPECT_TRUE(filter_of().starts_with("bwdif=")) << filter_of();
}

TEST(Poster, IsNoLargerThanTheSource) {
  const Source source = make_source(10);
  const auto argv =
      make_poster_command(source.probe, source.video, {true, -1, 720}, "in/a", "out/p");
  EXPECT_TRUE(value_of(argv, "-filter:v").starts_with("scale=640:360:")) << argv.back();
  EXPECT_EQ(argv.back(), "out/p");
}

TEST(Sprites, AreSomeHundredUnlessAnIntervalIsSaid) {
  Source source = make_source(6000);
  EXPECT_EQ(plan_sprites(source.probe, source.video, {}).interval, 60);
  EXPECT_EQ(plan_sprites(source.probe, source.video, {true, 2.5}).interval, 2.5);
  source = make_source(20);
  const package::SpriteSheets sheets = plan_sprites(source.probe, source.video, {});
  EXPECT_EQ(sheets.interval, 1);
  EXPECT_EQ(sheets.width, 160);
  EXPECT_EQ(sheets.height, 90);
}

TEST(Sprites, AreTiled) {
  const Source source = make_source(20);
  const auto argv = make_sprites_command(source.probe, source.video, {2, 20, 5, 4, 160, 90}, "in/a",
                                         "out/sheet_%03d.jpg");
  const std::string filter = value_of(argv, "-filter:v");
  EXPECT_TRUE(filter.starts_with("fps=fps=1/2:round=up,scale=160:90:")) << filter;
  EXPECT_TRUE(filter.ends_with(",tile=5x4")) << filter;
  Source fields = make_source(20);
  fields.video.field_order = "bb";
  const std::string whole = value_of(
      make_sprites_command(fields.probe, fields.video, {2, 20, 5, 4, 160, 90}, "in/a", "out/s.jpg"),
      "-filter:v");
  EXPECT_TRUE(whole.starts_with("bwdif=")) << whole;
  EXPECT_TRUE(whole.ends_with(",fps=fps=1/2:round=up,tile=5x4")) << whole;
}

}  // namespace
}  // namespace mpegflow::encode
