#include "core/deliver/delivery.h"

#include <gtest/gtest.h>

namespace mpegflow::deliver {
namespace {

TEST(Delivery, IsTriedAgainForAboutADayAndThenGivenUp) {
  base::Micros longest{0};
  for (int tries = 1; tries < kDeliveryBudget.max; ++tries) {
    const auto wait = plan_next_try(tries, ~0ULL);
    ASSERT_TRUE(wait) << tries;
    EXPECT_GE(*wait, base::Micros(kDeliveryBudget.base.count() / 2)) << "never at once";
    longest += *wait;
  }
  EXPECT_EQ(plan_next_try(kDeliveryBudget.max, 0), std::nullopt);
  EXPECT_GT(longest, std::chrono::hours(5));
  EXPECT_LT(longest, std::chrono::hours(30));
}

}  // namespace
}  // namespace mpegflow::deliver
