#include "core/upkeep/retention.h"

#include <gtest/gtest.h>

namespace mpegflow::upkeep {
namespace {

TEST(Retention, ReadsAgesWithAUnit) {
  EXPECT_EQ(parse_age("90d"), std::chrono::hours(90 * 24));
  EXPECT_EQ(parse_age("2w"), std::chrono::hours(14 * 24));
  EXPECT_EQ(parse_age("48h"), std::chrono::hours(48));
  EXPECT_EQ(parse_age("30m"), std::chrono::minutes(30));
  EXPECT_EQ(parse_age("45s"), std::chrono::seconds(45));
  EXPECT_EQ(parse_age("0"), base::Micros(0));
}

TEST(Retention, RefusesWhatCouldBeMeantOtherwise) {
  for (const char* bad : {"", "90", "-1d", "1.5h", "d", "1 d", "1y", "99999999999999999999d",
                          "9223372036854775807w", "forever"})
    EXPECT_FALSE(parse_age(bad)) << bad;
}

TEST(Retention, ForeverIsAWord) {
  ASSERT_TRUE(parse_keep("forever"));
  EXPECT_FALSE(*parse_keep("forever"));
  EXPECT_EQ(parse_keep("1d"), Keep(std::chrono::hours(24)));
  EXPECT_FALSE(parse_keep("never"));
}

}  // namespace
}  // namespace mpegflow::upkeep
