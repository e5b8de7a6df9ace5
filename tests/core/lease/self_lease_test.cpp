#include "core/lease/self_lease.h"

#include <gtest/gtest.h>

namespace mpegflow::lease {
namespace {

using base::SteadyTime;

constexpr SelfLease kLease{base::Micros(100), base::Micros(50)};
constexpr SteadyTime kHeard{1000};

TEST(SelfLease, EndsBeforeTheServersTtl) {
  EXPECT_EQ(end_of_lease(kLease, kHeard), SteadyTime{1090});
  EXPECT_EQ(judge_self_lease(kLease, kHeard, SteadyTime{1089}), SelfLeaseState::held);
  EXPECT_EQ(judge_self_lease(kLease, kHeard, SteadyTime{1090}), SelfLeaseState::frozen);
}

TEST(SelfLease, IsOverWhenTheGraceForOrphansIs) {
  EXPECT_EQ(judge_self_lease(kLease, kHeard, SteadyTime{1139}), SelfLeaseState::frozen);
  EXPECT_EQ(judge_self_lease(kLease, kHeard, SteadyTime{1140}), SelfLeaseState::over);
}

TEST(SelfLease, IsNeverOverWithoutAGrace) {
  EXPECT_EQ(judge_self_lease({base::Micros(100), base::Micros(0)}, kHeard, SteadyTime{1 << 30}),
            SelfLeaseState::frozen);
}

TEST(SelfLease, IsHeldForEverWhereNobodyJudgesSilence) {
  EXPECT_EQ(end_of_lease({}, kHeard), SteadyTime{});
  EXPECT_EQ(judge_self_lease({}, kHeard, SteadyTime{1 << 30}), SelfLeaseState::held);
}

}  // namespace
}  // namespace mpegflow::lease
