#include "core/package/summary.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

Segment make_segment(std::int64_t start, std::int64_t duration, std::int64_t bytes,
                     std::int64_t samples = 10) {
  return {"seg.m4s", bytes, start, duration, start, duration, samples, 1, true};
}

Summary make_summary(std::int64_t timescale, std::vector<Segment> segments) {
  Summary summary;
  summary.timescale = timescale;
  summary.init_bytes = 700;
  summary.segments = std::move(segments);
  return summary;
}

TEST(Summary, ComesBackFromItsRecord) {
  Summary video = make_summary(30000, {make_segment(0, 180180, 1000, 180)});
  video.codec = {"avc1.64001F", 1280, 720, 0, 0, "PQ"};
  EXPECT_EQ(parse_summary(to_json(video)), video);
  video.peak_frame_rate = {30000, 1001};
  EXPECT_EQ(parse_summary(to_json(video)), video);
  Summary audio = make_summary(48000, {make_segment(0, 96000, 99), make_segment(96000, 1, 9)});
  audio.kind = TrackKind::audio;
  audio.codec = {"mp4a.40.2", 0, 0, 48000, 2, ""};
  audio.segments[1].starts_with_sync = false;
  EXPECT_EQ(parse_summary(to_json(audio)), audio);
}

TEST(Summary, RecordSaysWhatFollows) {
  const Summary video = make_summary(30000, {make_segment(0, 180180, 1000, 180)});
  const auto record = to_json(video);
  EXPECT_EQ(record.at("frame_rate").as_string(), "30000/1001");
  EXPECT_EQ(record.at("frame_rate_3_decimals").as_string(), "29.970");
  EXPECT_EQ(record.at("duration").as_string(), "3003/500");
  EXPECT_EQ(record.at("samples").as_int64(), 180);
}

TEST(Summary, RatesAndDurationsAreExact) {
  const Summary summary =
      make_summary(30000, {make_segment(0, 180180, 1, 180), make_segment(180180, 1001, 1, 1)});
  EXPECT_EQ(find_frame_rate(summary), (Rational{30000, 1001}));
  EXPECT_EQ(find_duration(summary), (Rational{181181, 30000}));
  EXPECT_EQ(find_duration(Summary{}), (Rational{0, 1}));
  EXPECT_EQ(find_frame_rate(Summary{}), (Rational{0, 1}));
}

TEST(Summary, PeakRateIsTheAverageWhereNobodyCounted) {
  Summary summary = make_summary(30000, {make_segment(0, 180180, 1, 180)});
  EXPECT_EQ(find_peak_frame_rate(summary), (Rational{30000, 1001}));
  summary.peak_frame_rate = {60, 1};
  EXPECT_EQ(find_peak_frame_rate(summary), (Rational{60, 1}));
}

TEST(Summary, RateIsThatOfWhatIsShown) {
  // A phone's first picture is late: the first ones are decoded that much ahead of their time.
  Summary summary = make_summary(90000, {make_segment(0, 136570, 1, 41)});
  summary.segments[0].decode_duration += 13669;
  EXPECT_NEAR(find_frame_rate(summary).value(), 27.019, 0.001);
}

TEST(Summary, SumOfRoundedDurationsNeverDrifts) {
  std::vector<Segment> segments;
  for (int i = 0; i < 6000; ++i) segments.push_back(make_segment(i * 100100LL, 100100, 1));
  const Summary summary = make_summary(30000, segments);
  std::int64_t us = 0;
  for (std::size_t i = 0; const std::int64_t duration : find_durations_us(summary)) {
    us += duration;
    const double exact = static_cast<double>(++i) * 100100 / 30000 * 1e6;
    ASSERT_NEAR(static_cast<double>(us), exact, 0.51);
  }
}

TEST(Summary, PeakIsTheLargestRunOfHalfToOneAndAHalfTargets) {
  // 2 s segments of 100, 400, 100 bytes, then one of 0.5 s that alone would be the peak.
  const Summary summary = make_summary(10, {make_segment(0, 20, 100), make_segment(20, 20, 400),
                                            make_segment(40, 20, 100), make_segment(60, 5, 300)});
  EXPECT_EQ(find_average_bit_rate(summary), (900 * 8 * 10 + 64) / 65);
  // Runs of 1 to 3 s: the second alone (1600) and the last two (1280).
  EXPECT_EQ(find_peak_bit_rate(summary, 2), 1600);
  // Of 2 to 6 s: the second (1600) still, not the short last one.
  EXPECT_EQ(find_peak_bit_rate(summary, 4), 1600);
  // Of 3 to 9 s: the second, third and last in 4.5 s.
  EXPECT_EQ(find_peak_bit_rate(summary, 6), (800 * 8 * 10 + 44) / 45);
}

TEST(Summary, PeakLeavesOutLongerRuns) {
  // The short one in the middle counts only together with a neighbour, in 3.9 s.
  const Summary summary = make_summary(
      10, {make_segment(0, 30, 100), make_segment(30, 9, 1000), make_segment(39, 30, 100)});
  EXPECT_EQ(find_peak_bit_rate(summary, 2), find_average_bit_rate(summary));
  EXPECT_EQ(find_peak_bit_rate(summary, 3), (1100 * 8 * 10 + 38) / 39);
}

TEST(Summary, PeakOfWhatIsTooShortIsItsAverage) {
  const Summary summary = make_summary(10, {make_segment(0, 4, 100)});
  EXPECT_EQ(find_peak_bit_rate(summary, 1), 2000);
  EXPECT_EQ(find_peak_bit_rate(Summary{}, 1), 0);
}

}  // namespace
}  // namespace mpegflow::package
