#include "core/retry/policy_record.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

TEST(PolicyRecord, EmptyGivesTheDefaults) {
  EXPECT_EQ(parse_retry_policy({}), RetryPolicy{});
}

TEST(PolicyRecord, NamesOnlyWhatDiffers) {
  const auto record = base::parse_json(
      R"({"transient":{"max":9,"base_us":1},"lost":{"cap_us":2},"poison_hosts":4})", "policy");
  RetryPolicy expected;
  expected.transient.max = 9;
  expected.transient.base = base::Micros(1);
  expected.lost.cap = base::Micros(2);
  expected.poison_hosts = 4;
  EXPECT_EQ(parse_retry_policy(record->get_object()), expected);
}

TEST(PolicyRecord, ComesBackWhole) {
  RetryPolicy policy;
  policy.memory = {7, base::Micros(1), base::Micros(2), 0.25, "big", base::Micros(3), Step::hold};
  policy.total_wall = std::chrono::hours(1);
  policy.poison_hosts = 9;
  EXPECT_EQ(parse_retry_policy(to_json(policy)), policy);
}

TEST(PolicyRecord, EachBudgetIsItsOwn) {
  const auto record = base::parse_json(
      R"({"memory":{"max":1},"operational":{"max":2},"lost":{"max":3},"transient":{"max":4}})",
      "policy");
  const RetryPolicy policy = parse_retry_policy(record->get_object());
  EXPECT_EQ(policy.memory.max, 1);
  EXPECT_EQ(policy.operational.max, 2);
  EXPECT_EQ(policy.lost.max, 3);
  EXPECT_EQ(policy.transient.max, 4);
}

}  // namespace
}  // namespace mpegflow::retry
