#include <algorithm>
#include <random>

#include "core/queue/wheel.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

class LaneTurns : public StoreConformance {
 protected:
  void submit_to(const std::string& lane, const std::string& pool = "cpu") {
    const std::string name = fmt::format("job{}", ++jobs_);
    SubmitJob op = world.make_job({{"a"}}, name);
    op.job.lane = lane;
    op.tasks.front().pool = pool;
    ASSERT_TRUE(store->execute(op));
  }
  std::vector<ClaimTasks::Granted> claim(std::int64_t count,
                                         std::vector<std::string> pools = {"cpu"}) {
    world.open_session("worker");
    const auto answer = store->execute(
        ClaimTasks{world.next_request(), base::SessionId("worker"), std::move(pools), {}, count});
    EXPECT_TRUE(answer);
    return answer ? answer->granted : std::vector<ClaimTasks::Granted>();
  }
  std::string lanes_of(const std::vector<ClaimTasks::Granted>& granted) {
    std::string text;
    for (const auto& one : granted) text += one.task.lane.front();
    return text;
  }
  void fill(int each) {
    for (int i = 0; i < each; ++i)
      for (const char* lane : {"live", "vod", "bulk"}) submit_to(lane);
  }

  int jobs_ = 0;
};

TEST_P(LaneTurns, LanesAreClaimedByTheirWeights) {
  fill(13);
  const std::string lanes = lanes_of(claim(13));
  EXPECT_EQ(std::ranges::count(lanes, 'l'), 8);
  EXPECT_EQ(std::ranges::count(lanes, 'v'), 4);
  EXPECT_EQ(std::ranges::count(lanes, 'b'), 1);
}

TEST_P(LaneTurns, OneByOneAndInBatchesTheOrderIsTheSame) {
  fill(26);
  std::string one_by_one;
  for (int i = 0; i < 13; ++i) one_by_one += lanes_of(claim(1));
  std::string batches = lanes_of(claim(5));
  batches += lanes_of(claim(8));
  EXPECT_EQ(one_by_one, batches) << "the wheel has gone round once";
}

TEST_P(LaneTurns, NoTurnIsWastedOnAnEmptyLane) {
  for (int i = 0; i < 5; ++i) submit_to("bulk");
  EXPECT_EQ(lanes_of(claim(10)), "bbbbb");
}

TEST_P(LaneTurns, AnEmptyAnswerTakesNoTurn) {
  fill(13);
  claim(1);
  for (int i = 0; i < 7; ++i) claim(1, {"gpu"});
  EXPECT_EQ(lanes_of(claim(12)).size(), 12U);
  fill(13);
  EXPECT_EQ(std::ranges::count(lanes_of(claim(13)), 'b'), 1);
}

/// A lane that always has a ready task is claimed within its gap, with batches of any size and
/// while the other lanes come and go.
TEST_P(LaneTurns, ALaneThatWaitsIsClaimedWithinItsGap) {
  std::mt19937 random(7);
  const auto wheel = queue::make_wheel(std::vector<std::int64_t>{8, 4, 1});
  const std::array<std::string, 3> names = {"live", "vod", "bulk"};
  for (std::size_t watched = 0; watched < names.size(); ++watched) {
    for (int i = 0; i < 40; ++i) submit_to(names[watched]);
    std::int64_t since = 0;
    for (int i = 0; i < 15; ++i) {
      for (auto more = random() % 6; more > 0; --more) submit_to(names[random() % 3]);
      for (const auto& one : claim(1 + random() % 4)) {
        ++since;
        ASSERT_LE(since, queue::find_gap(wheel, watched)) << names[watched];
        if (one.task.lane == names[watched]) since = 0;
      }
    }
    while (!claim(50).empty()) {
    }
  }
}

TEST_P(LaneTurns, ARunOfOneJobTakesNobodysTurn) {
  fill(14);
  const std::string expected = lanes_of(claim(13));
  submit_to("vod");
  world.open_session("run");
  const auto run = store->execute(ClaimTasks{world.next_request(),
                                             base::SessionId("run"),
                                             {"cpu"},
                                             base::JobId(fmt::format("job{}", jobs_)),
                                             1});
  ASSERT_EQ(run->granted.size(), 1U);
  fill(13);
  EXPECT_EQ(lanes_of(claim(13)), expected) << "the wheel stands where it stood";
}

TEST_P(LaneTurns, PoolsOfAClaimTakeTurns) {
  for (int i = 0; i < 20; ++i) submit_to("vod", "cpu");
  for (int i = 0; i < 3; ++i) submit_to("vod", "gpu");
  std::string pools;
  for (int i = 0; i < 6; ++i)
    for (const auto& one : claim(1, {"cpu", "gpu"})) pools += one.task.pool.front();
  EXPECT_EQ(std::ranges::count(pools, 'g'), 3) << pools;
  EXPECT_EQ(claim(5, {"gpu", "cpu"}).size(), 5U) << "no turn is wasted on an empty pool";
}

TEST_P(LaneTurns, EachPoolHasAWheelOfItsOwn) {
  for (int i = 0; i < 13; ++i)
    for (const char* lane : {"live", "vod", "bulk"}) {
      submit_to(lane, "cpu");
      submit_to(lane, "gpu");
    }
  std::string both = lanes_of(claim(5));
  both += lanes_of(claim(8));
  EXPECT_EQ(lanes_of(claim(13, {"gpu"})), both);
}

TEST_P(LaneTurns, ARepeatedClaimTakesNoTurn) {
  fill(26);
  const std::string expected = lanes_of(claim(13));
  world.open_session("worker");
  const ClaimTasks op{world.next_request(), base::SessionId("worker"), {"cpu"}, {}, 6};
  const auto first = store->execute(op);
  for (int i = 0; i < 3; ++i) {
    const auto again = store->execute(op);
    ASSERT_TRUE(again);
    ASSERT_EQ(again->granted.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(again->granted[k].claim, first->granted[k].claim);
  }
  std::string lanes = lanes_of(first->granted);
  lanes += lanes_of(claim(7));
  EXPECT_EQ(lanes, expected);
}

INSTANTIATE_TEST_SUITE_P(Store, LaneTurns, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
