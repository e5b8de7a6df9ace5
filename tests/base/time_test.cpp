#include "base/time.h"

#include <gtest/gtest.h>

namespace mpegflow::base {
namespace {

TEST(Time, IsWrittenAsRfc3339) {
  EXPECT_EQ(to_rfc3339({0}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339({1'709'164'799'999'999}), "2024-02-28T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339({-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, IsReadFromRfc3339) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), WallTime{0});
  EXPECT_EQ(parse_rfc3339("2024-02-28T23:59:59.999999Z"), WallTime{1'709'164'799'999'999});
  EXPECT_EQ(parse_rfc3339("2024-02-29T01:59:59.5+02:00"), WallTime{1'709'164'799'500'000});
  for (const char* wrong :
       {"", "10m", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-02-28T24:00:00Z",
        "2024-02-28T23:59:59", "2024-02-28T23:59:59+2", "2024-02-28", "2024-02-28T23:59:59Zx"})
    EXPECT_EQ(parse_rfc3339(wrong), std::nullopt) << wrong;
}

TEST(Time, IsToldToPeople) {
  EXPECT_EQ(to_human(std::chrono::milliseconds(350)), "0.35 s");
  EXPECT_EQ(to_human(std::chrono::milliseconds(12'400)), "12.4 s");
  EXPECT_EQ(to_human(std::chrono::seconds(200)), "3 min 20 s");
  EXPECT_EQ(to_human(std::chrono::minutes(62)), "1 h 02 min");
}

TEST(Time, SteadyClockRunsForward) {
  const SystemClock clock;
  const SteadyTime before = clock.steady();
  EXPECT_GE(clock.steady(), before);
}

}  // namespace
}  // namespace mpegflow::base
