#include "core/package/find_fault.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

/// Three segments of 6, 6 and 2 s.
Summary make_summary() {
  Summary summary;
  summary.timescale = 100;
  summary.init_bytes = 700;
  summary.segments = {{"seg_00001.m4s", 10, 0, 600, 0, 600, 150, 3, true},
                      {"seg_00002.m4s", 10, 600, 600, 600, 600, 150, 3, true},
                      {"seg_00003.m4s", 10, 1200, 200, 1200, 200, 50, 1, true}};
  return summary;
}

Expectation make_expectation() {
  Expectation expectation;
  expectation.segments = 3;
  expectation.samples = 350;
  expectation.duration = 14.0;
  expectation.segment_duration = Rational{6, 1};
  return expectation;
}

/// Whether the fault that `spoil` makes is found, and names `word`.
template <class Spoil>
testing::AssertionResult is_found(Spoil spoil, std::string_view word) {
  Summary summary = make_summary();
  spoil(summary);
  const auto fault = find_fault(summary, make_expectation());
  if (!fault) return testing::AssertionFailure() << "no fault found";
  if (fault->find(word) == std::string::npos) return testing::AssertionFailure() << *fault;
  return testing::AssertionSuccess();
}

TEST(FindFault, FindsNoneInWhatWasPlanned) {
  EXPECT_EQ(find_fault(make_summary(), make_expectation()), std::nullopt);
  EXPECT_EQ(find_fault(make_summary(), {}), std::nullopt);
}

TEST(FindFault, NamesWhatIsWrong) {
  EXPECT_TRUE(is_found([](Summary& s) { s.segments.clear(); }, "no segment"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[1].starts_with_sync = false; }, "key frame"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[1].bytes = 0; }, "empty"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[2].duration = 0; }, "no duration"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[1].decode_start = 601; }, "of decoding"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[0].duration = 599; }, "seg_00002"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments.pop_back(); }, "2 segments"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[1].samples = 149; }, "349 samples"));
  EXPECT_TRUE(is_found([](Summary& s) { s.segments[2].duration = 240; }, "lasts"));
}

TEST(FindFault, FindsSoundThatIsSqueezedIntoLessTime) {
  Summary summary;
  summary.kind = TrackKind::audio;
  summary.codec.name = "mp4a.40.2";
  summary.codec.sample_rate = summary.timescale = 48'000;
  summary.init_bytes = 700;
  summary.segments = {{"seg_00001.m4s", 10, 0, 288'000, 0, 288'000, 282, 282, true}};
  EXPECT_EQ(find_fault(summary, {}), std::nullopt);
  summary.segments[0].samples = 282 + 140;
  const auto fault = find_fault(summary, {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(*fault, "9.0 s of sound were squeezed into 6.0 s");
}

TEST(FindFault, FindsABoundaryThatIsNotOnTime) {
  EXPECT_TRUE(is_found(
      [](Summary& s) {
        s.segments[0].duration = s.segments[0].decode_duration = 610;
        s.segments[1] = {"seg_00002.m4s", 10, 610, 590, 610, 590, 150, 3, true};
      },
      "planned"));
}

TEST(FindFault, FindsALateStart) {
  Summary summary = make_summary();
  for (Segment& segment : summary.segments) segment.start += 8;
  Expectation expectation;
  EXPECT_TRUE(find_fault(summary, expectation).has_value());
  expectation.start = std::nullopt;
  EXPECT_FALSE(find_fault(summary, expectation).has_value());
}

}  // namespace
}  // namespace mpegflow::package
