#include "core/probe/light_look.h"

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

Probe make_probe(const std::string& transfer) {
  Probe probe;
  probe.container = "matroska";
  VideoStream video;
  video.color_transfer = transfer;
  probe.video.push_back(video);
  return probe;
}

TEST(LightLook, IsTakenOfHdr10Alone) {
  EXPECT_TRUE(find_light_look(make_probe("smpte2084"), "in/x"));
  EXPECT_FALSE(find_light_look(make_probe("arib-std-b67"), "in/x"));
  EXPECT_FALSE(find_light_look(make_probe("bt709"), "in/x"));
  EXPECT_FALSE(find_light_look(Probe{}, "in/x"));
}

TEST(LightLook, ReadsWhatThePictureSays) {
  const LightMetadata light = parse_light_look(R"({"frames": [{"side_data_list": [
      {"side_data_type": "Mastering display metadata",
       "red_x": "34000/50000", "red_y": "16000/50000",
       "green_x": "13250/50000", "green_y": "34500/50000",
       "blue_x": "7500/50000", "blue_y": "3000/50000",
       "white_point_x": "15635/50000", "white_point_y": "16450/50000",
       "min_luminance": "50/10000", "max_luminance": "10000000/10000"},
      {"side_data_type": "Content light level metadata", "max_content": 900, "max_average": 300}
      ]}], "streams": [{"index": 0}]})");
  ASSERT_TRUE(light.display && light.content);
  EXPECT_EQ(light.display->red, (MasteringDisplay::Point{0.68, 0.32}));
  EXPECT_EQ(light.display->white, (MasteringDisplay::Point{0.3127, 0.329}));
  EXPECT_DOUBLE_EQ(light.display->least, 0.005);
  EXPECT_DOUBLE_EQ(light.display->most, 1000);
  EXPECT_EQ(*light.content, (ContentLight{900, 300}));
  Probe probe = make_probe("smpte2084");
  add_light_look(probe, light);
  EXPECT_EQ(probe.video[0].light, light);
  EXPECT_EQ(parse_probe(to_json(probe)), probe);
}

TEST(LightLook, TakesWhatIsNotSaidForUnknown) {
  EXPECT_EQ(parse_light_look(""), LightMetadata{});
  EXPECT_EQ(parse_light_look(R"({"frames": [{}], "streams": []})"), LightMetadata{});
}

}  // namespace
}  // namespace mpegflow::probe
