#include "core/probe/edit_look.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

/// 50 pictures are stored, 1.31 s of them are played.
Probe make_cut_probe() {
  Probe probe;
  probe.container = "mov";
  VideoStream video;
  video.codec = "h264";
  video.average_frame_rate = {25, 1};
  video.frames = 50;
  video.duration = 1.31;
  video.start = 0;
  probe.video.push_back(video);
  AudioStream audio;
  audio.index = 1;
  probe.audio.push_back(audio);
  return probe;
}

TEST(EditLook, IsTakenWherePicturesAreLeftOut) {
  EXPECT_TRUE(find_edit_look(make_cut_probe(), "in/x"));
  Probe whole = make_cut_probe();
  whole.video[0].duration = 1.999;
  EXPECT_FALSE(find_edit_look(whole, "in/x")) << "rounded, not cut";
  Probe silent = make_cut_probe();
  silent.audio.clear();
  EXPECT_FALSE(find_edit_look(silent, "in/x")) << "nothing to be early against";
  Probe other = make_cut_probe();
  other.container = "matroska";
  EXPECT_FALSE(find_edit_look(other, "in/x"));
  EXPECT_FALSE(find_edit_look(Probe{}, "in/x"));
}

TEST(EditLook, ReadsPastTheEditList) {
  const auto argv = *find_edit_look(make_cut_probe(), "in/x");
  const auto list = std::ranges::find(argv, "-advanced_editlist");
  ASSERT_NE(list, argv.end());
  EXPECT_LT(list, std::ranges::find(argv, "-i"));
  EXPECT_EQ(argv.back(), "file:in/x");
}

TEST(EditLook, FindsTheFirstWholePicture) {
  // In the order of decoding.
  EXPECT_NEAR(*parse_edit_look("-0.690000\n-0.010000\n0.070000\n0.030000\n0.110000\n", 0), 0.03,
              1e-9);
  EXPECT_NEAR(*parse_edit_look("0.390000\n0.410000\n", 0.4), 0.01, 1e-9);
  EXPECT_FALSE(parse_edit_look("-0.040000\n0.000000\n0.040000\n", 0)) << "between two pictures";
  EXPECT_FALSE(parse_edit_look("-0.036000\n0.004000\n", 0)) << "nobody would notice";
  EXPECT_FALSE(parse_edit_look("-0.040000\n", 0));
  EXPECT_FALSE(parse_edit_look("N/A\n", 0));
  EXPECT_FALSE(parse_edit_look("", 0));
}

TEST(EditLook, GivesTheVideoItsTrueStart) {
  Probe probe = make_cut_probe();
  add_edit_look(probe, 0.03);
  EXPECT_NEAR(*probe.video[0].start, 0.03, 1e-9);
  EXPECT_NEAR(probe.video[0].shown_early, 0.03, 1e-9);
  EXPECT_EQ(parse_probe(to_json(probe)), probe);
}

}  // namespace
}  // namespace mpegflow::probe
