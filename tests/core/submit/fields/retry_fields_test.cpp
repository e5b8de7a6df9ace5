#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(RetryFields, ABudgetHasBounds) {
  EXPECT_EQ(find_faults_of_ladder("retry: {lost: {max: 1000, base: 0, jitter: 1, then: hold}}"),
            Lines{});
  EXPECT_EQ(find_faults_of_ladder("retry: {lost: {max: 1001, cap: 200h, jitter: 1.1, then: hodl}}"),
            (Lines{"retry.lost.max out_of_range", "retry.lost.cap out_of_range",
                   "retry.lost.jitter out_of_range", "retry.lost.then unknown_word → hold"}));
}

TEST(RetryFields, ThereIsABudgetForEachKindOfTrouble) {
  EXPECT_EQ(find_faults_of_ladder("retry: {transient: {}, memory: {}, operational: {}, room: {}}"),
            Lines{});
  EXPECT_EQ(find_faults_of_ladder("retry: {memori: {}}"),
            Lines{"retry.memori unknown_key → memory"});
}

}  // namespace
}  // namespace mpegflow::submit
