#include "core/queue/fair_share.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

TEST(FairShare, ATenantsTasksFollowEachOther) {
  const FairShare first = plan_fair_share(100, 0, 5100, 50);
  EXPECT_EQ(first.start, 100);
  EXPECT_EQ(first.finish, 200);
  EXPECT_EQ(plan_fair_share(100, first.finish, 5100, 50).start, 200);
}

TEST(FairShare, ANewTenantStartsAtTheLanesPresent) {
  EXPECT_EQ(plan_fair_share(1000, 3, 10, 50).start, 1000);
}

TEST(FairShare, PriorityMakesATaskCheaper) {
  const auto cost = [](std::int64_t priority) {
    return plan_fair_share(0, 0, 1'000'000, priority).finish;
  };
  EXPECT_GT(cost(0), cost(50));
  EXPECT_GT(cost(50), cost(100));
}

TEST(FairShare, EvenATaskWithoutCostTakesItsTurn) {
  EXPECT_GT(plan_fair_share(7, 0, 0, 100).finish, 7);
}

}  // namespace
}  // namespace mpegflow::queue
