#include "core/probe/field_look.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

Probe make_probe(std::string codec, std::string field_order) {
  Probe probe;
  probe.container = "mov";
  VideoStream video;
  video.codec = std::move(codec);
  video.field_order = std::move(field_order);
  video.height = 576;
  probe.video.push_back(video);
  return probe;
}

TEST(FieldLook, IsTakenWhereThereIsDoubt) {
  EXPECT_TRUE(find_field_look(make_probe("h264", "tt"), "in/x"));
  EXPECT_TRUE(find_field_look(make_probe("dvvideo", ""), "in/x"));
  EXPECT_TRUE(find_field_look(make_probe("utvideo", "unknown"), "in/x"));
  EXPECT_TRUE(find_field_look(make_probe("dvvideo", "progressive"), "in/x"))
      << "only the container says so";
  Probe small = make_probe("utvideo", "unknown");
  small.video[0].height = 180;
  EXPECT_FALSE(find_field_look(small, "in/x")) << "no television";
  EXPECT_FALSE(find_field_look(make_probe("h264", ""), "in/x")) << "it would say";
  EXPECT_FALSE(find_field_look(make_probe("h264", "progressive"), "in/x"));
  EXPECT_FALSE(find_field_look(make_probe("vp9", ""), "in/x"));
  EXPECT_FALSE(find_field_look(Probe{}, "in/x"));
}

TEST(FieldLook, LooksIntoTheMiddleOfWhatIsLong) {
  Probe probe = make_probe("h264", "tt");
  EXPECT_EQ(std::ranges::count(*find_field_look(probe, "in/x"), "-ss"), 0);
  probe.duration = 90;
  const auto argv = *find_field_look(probe, "in/x");
  const auto seek = std::ranges::find(argv, "-ss");
  ASSERT_NE(seek, argv.end());
  EXPECT_EQ(*(seek + 1), "30");
  EXPECT_LT(seek, std::ranges::find(argv, "-i"));
}

TEST(FieldLook, ReadsTheLastCounts) {
  const auto fields = parse_field_look(
      "[Parsed_idet_0 @ 0x55] Single frame detection: TFF:    9 BFF:    9 Progressive: 9 "
      "Undetermined: 9\n"
      "[Parsed_idet_0 @ 0x55] Multi frame detection: TFF:   118 BFF:     1 Progressive:     2 "
      "Undetermined:     3\n");
  EXPECT_EQ(fields, (FieldCounts{118, 1, 2, 3}));
  EXPECT_FALSE(parse_field_look("nothing"));
  Probe probe = make_probe("h264", "tt");
  add_field_look(probe, *fields);
  EXPECT_EQ(probe.video[0].fields, fields);
  EXPECT_EQ(parse_probe(to_json(probe)), probe);
}

}  // namespace
}  // namespace mpegflow::probe
