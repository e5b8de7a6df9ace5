#include "core/retry/finding.h"

#include <set>

#include <gtest/gtest.h>

#include "base/result.h"
#include "core/retry/reasons.h"
#include "core/retry/stderr_rules.h"
#include "support/golden.h"

namespace mpegflow::retry {
namespace {

TEST(Reasons, AreUniqueAndHaveACause) {
  std::set<std::string_view> words;
  for (const Reason& reason : reasons()) {
    EXPECT_TRUE(words.insert(reason.word).second) << reason.word;
    EXPECT_TRUE(reason.cause.ends_with('.')) << reason.word;
  }
}

TEST(Reasons, StatusFitsTheBucket) {
  for (const Reason& reason : reasons()) {
    const bool ends = reason.status == FindingStatus::failed_input ||
                      reason.status == FindingStatus::failed_spec ||
                      reason.status == FindingStatus::cancelled;
    EXPECT_EQ(reason.bucket == Bucket::deterministic, ends) << reason.word;
    EXPECT_EQ(reason.bucket == Bucket::transient, reason.status == FindingStatus::retry)
        << reason.word;
  }
}

TEST(Reasons, OfEveryRuleAreInTheTable) {
  for (const StderrRule& rule : stderr_rules()) {
    if (rule.reason.empty()) continue;
    EXPECT_NO_THROW(make_finding(rule.reason, "")) << rule.id;
  }
}

TEST(Reasons, AreThoseOnTheCheckedInPage) {
  test::expect_golden("docs/generated/reason_codes.md", make_reason_codes_markdown());
}

TEST(MakeFinding, TakesBucketStatusAndCauseFromTheTable) {
  const Finding finding = make_finding("moov_missing", "rule", {{3, "moov atom not found"}});
  EXPECT_EQ(finding.bucket, Bucket::deterministic);
  EXPECT_EQ(finding.status, FindingStatus::failed_input);
  EXPECT_FALSE(finding.cause.empty());
  EXPECT_EQ(finding.evidence.at(0).line, 3);
}

TEST(MakeFinding, KnowsNoOtherWords) {
  EXPECT_THROW(make_finding("no_such_reason", ""), base::InvariantViolation);
}

TEST(Words, ComeBack) {
  for (const Bucket bucket :
       {Bucket::none, Bucket::transient, Bucket::deterministic, Bucket::operational})
    EXPECT_EQ(parse_bucket(to_word(bucket)), bucket);
  EXPECT_EQ(parse_finding_status(to_word(FindingStatus::needs_pool)), FindingStatus::needs_pool);
  EXPECT_FALSE(parse_bucket("other").has_value());
}

}  // namespace
}  // namespace mpegflow::retry
