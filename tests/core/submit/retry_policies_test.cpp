#include "core/submit/retry_policies.h"

#include <gtest/gtest.h>

#include "core/submit/context.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace {

constexpr const char* kPolicies =
    "default: {transient: {max: 3}, total_wall: 2h}\n"
    "tenants:\n"
    "  studio: {transient: {cap: 5m}, memory: {next_pool: large}}\n";

RetryPolicies read_good_policies(std::string_view text) {
  const auto reading = read_retry_policies(text);
  EXPECT_TRUE(reading.policies) << to_text(reading.faults, "policies");
  return reading.policies.value_or(RetryPolicies());
}

RetrySpec retry_of_job(std::string_view retry, const RetryPolicies& policies,
                       std::string_view tenant) {
  ReadContext context = kContext;
  context.retry = settings_of(policies, tenant);
  const std::string text = "input: a.mov\nladder: hls-h264\noutput: out\n" + std::string(retry);
  const auto reading = read_spec(text, context);
  EXPECT_TRUE(reading.spec) << to_text(reading.faults, "spec");
  return reading.spec ? reading.spec->retry : RetrySpec();
}

TEST(RetryPolicies, NearestWordCounts) {
  const RetryPolicies policies = read_good_policies(kPolicies);
  const RetrySpec studio = retry_of_job("retry: {transient: {max: 5}}\n", policies, "studio");
  EXPECT_EQ(studio.transient.max, 5) << "the job's own word, though it is also what is built in";
  EXPECT_EQ(studio.transient.cap, 300) << "the tenant's";
  EXPECT_EQ(studio.memory.next_pool, "large");
  EXPECT_EQ(studio.total_wall, 7200) << "everyone's";
  EXPECT_EQ(studio.lost, RetrySpec().lost) << "what is built in";
  const RetrySpec other = retry_of_job("", policies, "other");
  EXPECT_EQ(other.transient.max, 3);
  EXPECT_EQ(other.memory, RetrySpec().memory);
}

TEST(RetryPolicies, CanonicalSpecKeepsWhatWasTaken) {
  ReadContext context = kContext;
  context.retry = settings_of(read_good_policies(kPolicies), "studio");
  const auto first = read_spec("input: a.mov\nladder: hls-h264\noutput: out\n", context);
  ASSERT_TRUE(first.spec);
  const auto again = read_spec_value(to_json(*first.spec), kContext);
  ASSERT_TRUE(again.spec);
  EXPECT_EQ(again.spec->retry, first.spec->retry);
}

TEST(RetryPolicies, OfAJobWithoutADocument) {
  EXPECT_EQ(to_retry_spec({}), RetrySpec());
  EXPECT_EQ(to_retry_spec(settings_of(read_good_policies(kPolicies), "other")).transient.max, 3);
}

TEST(RetryPolicies, FaultsAreAllToldWithTheirLines) {
  const auto reading = read_retry_policies(
      "default: {transient: {maxx: 3}}\n"
      "tenants:\n"
      "  a: {lost: {base: 10m, cap: 1m}}\n"
      "  b: {memory: {max: many}}\n"
      "tenant: {}\n");
  EXPECT_FALSE(reading.policies);
  std::vector<std::string> seen;
  for (const Fault& fault : reading.faults)
    seen.push_back(std::to_string(fault.line) + " " + fault.path + " " +
                   std::string(to_word(fault.code)));
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "1 default.transient.maxx unknown_key", "3 tenants.a.lost.base conflict",
                      "4 tenants.b.memory.max wrong_type", "5 tenant unknown_key"}));
}

TEST(RetryPolicies, EmptyFileAndAListAreRefused) {
  EXPECT_FALSE(read_retry_policies("").policies);
  EXPECT_FALSE(read_retry_policies("- a\n").policies);
  EXPECT_TRUE(read_retry_policies("{}").policies);
}

}  // namespace
}  // namespace mpegflow::submit
