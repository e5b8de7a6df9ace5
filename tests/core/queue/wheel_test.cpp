#include "core/queue/wheel.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

constexpr std::uint32_t kSeeds = 200;

std::vector<std::int64_t> draw_weights(std::mt19937& random) {
  std::vector<std::int64_t> weights(1 + random() % 6);
  for (auto& weight : weights) weight = 1 + random() % 20;
  return weights;
}

/// The largest distance to the next slot of the lane from any slot of it, looked for one by one.
std::int64_t count_gap(const std::vector<std::size_t>& wheel, std::size_t lane) {
  std::int64_t gap = 0;
  for (std::size_t from = 0; from < wheel.size(); ++from) {
    if (wheel[from] != lane) continue;
    std::int64_t steps = 1;
    while (wheel[(from + static_cast<std::size_t>(steps)) % wheel.size()] != lane) ++steps;
    gap = std::max(gap, steps);
  }
  return gap;
}

TEST(Wheel, GivesEachLaneItsShare) {
  const auto wheel = make_wheel(std::vector<std::int64_t>{8, 4, 1});
  EXPECT_EQ(wheel.size(), 13U);
  EXPECT_EQ(std::ranges::count(wheel, 0U), 8);
  EXPECT_EQ(std::ranges::count(wheel, 1U), 4);
  EXPECT_EQ(std::ranges::count(wheel, 2U), 1);
}

TEST(Wheel, SpreadsTheSlotsOfALane) {
  const auto wheel = make_wheel(std::vector<std::int64_t>{8, 4, 3, 1});
  EXPECT_EQ(find_gap(wheel, 0), 3);
  EXPECT_EQ(find_gap(wheel, 1), 5);
  EXPECT_EQ(find_gap(wheel, 2), 6);
  EXPECT_EQ(find_gap(wheel, 3), 16);
}

TEST(Wheel, IsAsShortAsTheWeightsAllow) {
  EXPECT_EQ(make_wheel(std::vector<std::int64_t>{100, 50}).size(), 3U);
}

TEST(Wheel, AWeightOfNothingStillGetsATurn) {
  const auto wheel = make_wheel(std::vector<std::int64_t>{5, 0, -3});
  EXPECT_EQ(find_gap(wheel, 1), 7);
  EXPECT_EQ(find_gap(wheel, 2), 7);
}

TEST(Wheel, WithoutLanesHasNoTurn) {
  const auto wheel = make_wheel({});
  EXPECT_TRUE(wheel.empty());
  EXPECT_FALSE(find_turn(wheel, 0, [](std::size_t) { return true; }));
}

TEST(Wheel, WastesNoTurnOnALaneThatCannotBeTaken) {
  const auto wheel = make_wheel(std::vector<std::int64_t>{8, 4, 1});
  for (std::size_t at = 0; at < 30; ++at) {
    const auto turn = find_turn(wheel, at, [](std::size_t lane) { return lane == 2; });
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->lane, 2U);
  }
  EXPECT_FALSE(find_turn(wheel, 0, [](std::size_t) { return false; }));
}

TEST(Wheel, GapIsWhatCountingSlotsGives) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    std::mt19937 random(seed);
    const auto weights = draw_weights(random);
    const auto wheel = make_wheel(weights);
    for (std::size_t lane = 0; lane < weights.size(); ++lane)
      EXPECT_EQ(find_gap(wheel, lane), count_gap(wheel, lane)) << "seed " << seed;
  }
}

/// Lanes come and go; whichever never goes is taken within its gap, from any position.
TEST(Wheel, ALaneThatWaitsIsTakenWithinItsGap) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    std::mt19937 random(seed);
    const auto weights = draw_weights(random);
    const auto wheel = make_wheel(weights);
    const std::size_t lane = random() % weights.size();
    const std::int64_t gap = find_gap(wheel, lane);
    std::size_t position = random();
    std::int64_t turns_without = 0, worst = 0;
    std::vector<bool> is_open(weights.size(), true);
    for (int turn = 0; turn < 500; ++turn) {
      is_open[random() % weights.size()] = random() % 2 == 0;
      is_open[lane] = true;
      const auto taken = find_turn(wheel, position, [&](std::size_t i) { return is_open[i]; });
      ASSERT_TRUE(taken);
      EXPECT_TRUE(is_open[taken->lane]);
      position = taken->next_position;
      turns_without = taken->lane == lane ? 0 : turns_without + 1;
      worst = std::max(worst, turns_without + 1);
    }
    EXPECT_LE(worst, gap) << "seed " << seed;
  }
}

TEST(Wheel, GapIsReachedWhenAllLanesWait) {
  const std::vector<std::int64_t> weights = {8, 4, 3, 1};
  const auto wheel = make_wheel(weights);
  for (std::size_t lane = 0; lane < weights.size(); ++lane) {
    std::int64_t since = 0, worst = 0;
    std::size_t position = 0;
    for (int turn = 0; turn < 64; ++turn) {
      const auto taken = find_turn(wheel, position, [](std::size_t) { return true; });
      position = taken->next_position;
      worst = std::max(worst, ++since);
      if (taken->lane == lane) since = 0;
    }
    EXPECT_EQ(worst, find_gap(wheel, lane)) << "a smaller bound would not be true";
  }
}

}  // namespace
}  // namespace mpegflow::queue
