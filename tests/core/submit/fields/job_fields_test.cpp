#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(JobFields, HaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("priority: 100\nhop: {after: 1s, lane: bulk}"), Lines{});
  EXPECT_EQ(
      find_faults_of_ladder("priority: 101\nhop: {after: 0.5s, lane: bulky}"),
      (Lines{"priority out_of_range", "hop.after out_of_range", "hop.lane unknown_word → bulk"}));
}

TEST(JobFields, OfWhichNothingIsSaidAreNotWritten) {
  const auto reading = read_spec("input: a\nladder: hls-h264\noutput: o", kContext);
  ASSERT_TRUE(reading.spec);
  const base::json::object written = to_json(*reading.spec);
  for (const char* name : {"hop", "retry", "qc", "loudness", "poster", "sprites", "name"})
    EXPECT_FALSE(written.contains(name)) << name;
  EXPECT_TRUE(parse_job_spec(written) == *reading.spec);
}

}  // namespace
}  // namespace mpegflow::submit
