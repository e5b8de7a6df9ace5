#include "core/queue/room.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

TEST(Room, IsWhatRunningTasksLeaveOfTheMemory) {
  const WorkerRoom worker{8 * kGiB, {}, {{3 * kGiB, 0}, {2 * kGiB, 0}}};
  EXPECT_TRUE(has_room(worker, {3 * kGiB, 0}));
  EXPECT_FALSE(has_room(worker, {4 * kGiB, 0}));
}

TEST(Room, IsWhatRunningTasksLeaveOfTheDisk) {
  const WorkerRoom worker{0, 10 * kGiB, {{0, 6 * kGiB}}};
  EXPECT_TRUE(has_room(worker, {0, 4 * kGiB}));
  EXPECT_FALSE(has_room(worker, {0, 5 * kGiB})) << "what runs may yet write its 6 GiB";
}

TEST(Room, IsThereForATaskThatIsAlone) {
  EXPECT_TRUE(has_room({kGiB, kGiB, {}}, {64 * kGiB, 64 * kGiB}));
}

TEST(Room, IsThereWhereNothingIsSaid) {
  EXPECT_TRUE(has_room({kGiB, 0, {{kGiB, kGiB}}}, {0, 0})) << "the task does not say";
  EXPECT_TRUE(has_room({0, std::nullopt, {{kGiB, kGiB}}}, {kGiB, kGiB})) << "nor the worker";
}

TEST(Room, CountsTheLimitThatATaskGets) {
  EXPECT_EQ(find_memory_limit(2, 4, 0), 2);
  EXPECT_EQ(find_memory_limit(2, 4, 1), 4) << "it ran out of 2";
  EXPECT_EQ(find_memory_limit(6, 4, 1), 6);
  EXPECT_EQ(find_memory_limit(0, 4, 0), 4);
  EXPECT_EQ(find_memory_limit(0, 0, 0), 0);
}

struct Choice : testing::Test {
  const WorkerRoom worker{8, {}, {{4, 0}}};
  std::optional<std::size_t> choose(const std::vector<Candidate>& candidates) {
    return choose_candidate(candidates, worker);
  }
};

TEST_F(Choice, IsTheFirstThatFits) {
  EXPECT_EQ(choose({{{5, 0}}, {{4, 0}}, {{1, 0}}}), 1U);
  EXPECT_EQ(choose({{{5, 0}}, {{6, 0}}}), std::nullopt);
  EXPECT_EQ(choose({}), std::nullopt);
}

TEST_F(Choice, PrefersWhatHadNotBetterRunElsewhere) {
  EXPECT_EQ(choose({{{1, 0}, true}, {{1, 0}}}), 1U);
  EXPECT_EQ(choose({{{5, 0}}, {{1, 0}, true}, {{2, 0}, true}}), 1U);
}

TEST_F(Choice, KeepsTheWorkerFreeForOneThatWaitedLong) {
  EXPECT_EQ(choose({{{5, 0}, false, kMostPassesForRoom}, {{1, 0}}}), std::nullopt);
  EXPECT_EQ(choose({{{5, 0}, false, kMostPassesForRoom - 1}, {{1, 0}}}), 1U);
}

}  // namespace
}  // namespace mpegflow::queue
