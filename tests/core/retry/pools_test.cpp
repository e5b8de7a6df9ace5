#include "core/retry/pools.h"

#include <vector>

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

const std::vector<Pool> kPools = {
    {"cpu", 1000, "mid"}, {"mid", 2000, "vast"}, {"vast", 9000, "odd"}, {"odd", 4000, "cpu"},
    {"gpu", 9999, ""},    {"lone", 0, ""},       {"untold", 0, "cpu"},  {"astray", 5, "gone"}};

TEST(LargerPool, IsTheSmallestThatHoldsAQuarterMoreThanThePeak) {
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 1000), "mid");
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 1600), "mid");
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 1601), "odd") << "not vast, which comes before it";
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 7000), "vast");
}

TEST(LargerPool, IsLargerThanThePresentOneWhateverThePeak) {
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 0), "mid");
  EXPECT_EQ(choose_larger_pool(kPools, "untold", 0), "cpu");
}

TEST(LargerPool, IsNoneWhereTheChainHasNone) {
  EXPECT_EQ(choose_larger_pool(kPools, "cpu", 7201), std::nullopt) << "gpu does not follow cpu";
  EXPECT_EQ(choose_larger_pool(kPools, "lone", 1), std::nullopt);
  EXPECT_EQ(choose_larger_pool(kPools, "astray", 1), std::nullopt);
  EXPECT_EQ(choose_larger_pool(kPools, "unknown", 1), std::nullopt);
}

TEST(LargerPool, EndsInACircleOfPoolsThatTheFirstIsNotOf) {
  const std::vector<Pool> pools = {{"a", 1, "b"}, {"b", 2, "c"}, {"c", 3, "b"}};
  EXPECT_EQ(choose_larger_pool(pools, "a", 100), std::nullopt);
}

TEST(PoolChain, BeginsWithThePoolAndNamesEachOnce) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(list_chain(kPools, "cpu"), (Names{"cpu", "mid", "vast", "odd"}));
  EXPECT_EQ(list_chain(kPools, "gpu"), Names{"gpu"});
  EXPECT_EQ(list_chain(kPools, "unknown"), Names{"unknown"});
  const std::vector<Pool> pools = {{"a", 1, "b"}, {"b", 2, "c"}, {"c", 3, "b"}};
  EXPECT_EQ(list_chain(pools, "a"), (Names{"a", "b", "c"}));
}

TEST(UntoldMemory, IsThatOfAChainThatSaysNothing) {
  EXPECT_TRUE(is_memory_untold(kPools, "lone"));
  EXPECT_TRUE(is_memory_untold(kPools, "unknown"));
  EXPECT_FALSE(is_memory_untold(kPools, "untold")) << "the next one tells";
  EXPECT_FALSE(is_memory_untold(kPools, "gpu"));
}

}  // namespace
}  // namespace mpegflow::retry
