#include "sim/explorer.h"

#include <gtest/gtest.h>

namespace mpegflow::sim {
namespace {

TEST(Explorer, FindsNoStateThatBreaksARule) {
  const Explored explored = explore({});
  EXPECT_FALSE(explored.violation) << *explored.violation << "\n" << explored.how;
  EXPECT_GE(explored.states, 100'000U);
}

// Fewer things happen, but longer stories of them.
TEST(Explorer, FindsNoStateThatBreaksARuleWithOneFault) {
  ExplorerLimits limits;
  limits.faults = 1;
  limits.ticks = 3;
  limits.cancels = limits.reprocesses = 0;
  const Explored explored = explore(limits);
  EXPECT_FALSE(explored.violation) << *explored.violation << "\n" << explored.how;
}

TEST(Explorer, IsTheSameEachTime) {
  ExplorerLimits limits;
  limits.states = 5'000;
  const Explored one = explore(limits), two = explore(limits);
  EXPECT_EQ(one.steps, two.steps);
  EXPECT_EQ(one.store_states, two.store_states);
}

TEST(Explorer, SeesAllOfASmallWorld) {
  ExplorerLimits limits;
  limits.faults = 0;
  limits.ticks = 0;
  limits.cancels = limits.reprocesses = 0;
  limits.claims = 1;
  const Explored explored = explore(limits);
  EXPECT_TRUE(explored.is_complete);
  EXPECT_FALSE(explored.violation) << *explored.violation << "\n" << explored.how;
}

}  // namespace
}  // namespace mpegflow::sim
