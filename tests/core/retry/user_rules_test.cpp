#include "core/retry/user_rules.h"

#include <gtest/gtest.h>

#include "core/retry/classify.h"

namespace mpegflow::retry {
namespace {

constexpr std::string_view kRules = R"(rules:
  - id: studio_licence
    match: "DeckLink licence .* gone"
    exit: [1, 187]
    reason: licence_missing
  - id: tape
    match: tape ended
    bucket: deterministic
    reason: tape_ended
    cause: The tape is at its end.
)";

Finding classify_with_rules(std::string text, int code = 1) {
  EncoderExit exit;
  exit.exit_code = code;
  exit.stderr_text = std::move(text);
  return classify(exit, read_user_rules(kRules).rules);
}

TEST(UserRules, WinOverOurs) {
  const Finding finding =
      classify_with_rules("Unknown encoder 'x'\n[decklink @ 0x1] DeckLink licence A is gone\n");
  EXPECT_EQ(finding.reason, "licence_missing");
  EXPECT_EQ(finding.rule, "user.studio_licence");
  EXPECT_EQ(finding.status, FindingStatus::needs_fix);
  EXPECT_EQ(finding.evidence.at(0).line, 2);
}

TEST(UserRules, HoldOnlyIfEveryConditionDoes) {
  EXPECT_NE(classify_with_rules("DeckLink licence A is gone\n", 2).rule, "user.studio_licence");
  EXPECT_EQ(classify_with_rules("Unknown encoder 'x'\n").reason, "encoder_unknown");
}

TEST(UserRules, MayNameReasonsOfTheirOwn) {
  const Finding finding = classify_with_rules("tape ended\n", 0);
  EXPECT_EQ(finding.reason, "tape_ended");
  EXPECT_EQ(finding.bucket, Bucket::deterministic);
  EXPECT_EQ(finding.status, FindingStatus::failed_spec);
  EXPECT_EQ(finding.cause, "The tape is at its end.");
}

TEST(UserRules, ListEveryFaultWithItsLine) {
  const UserRules read = read_user_rules(R"(rules:
  - id: "Bad Id"
    match: "(unclosed"
    reason: disk_full
  - id: no_condition
    reason: disk_full
  - id: twice
    match: x
    reason: new_word
  - id: keys
    mach: x
    exit: 300
    reason: disk_full
)");
  EXPECT_TRUE(read.rules.empty());
  std::vector<std::pair<int, std::string>> found;
  for (const submit::Fault& fault : read.faults) found.emplace_back(fault.line, fault.path);
  EXPECT_EQ(found, (std::vector<std::pair<int, std::string>>{{2, "rules[0].id"},
                                                             {3, "rules[0].match"},
                                                             {5, "rules[1]"},
                                                             {7, "rules[2].bucket"},
                                                             {11, "rules[3].mach"},
                                                             {12, "rules[3].exit"},
                                                             {10, "rules[3]"}}));
}

TEST(UserRules, AreNoneWithoutAList) {
  EXPECT_FALSE(read_user_rules("rule: 1").faults.empty());
  EXPECT_FALSE(read_user_rules("rules: {a: b}").faults.empty());
  EXPECT_TRUE(read_user_rules("rules: []").faults.empty());
}

}  // namespace
}  // namespace mpegflow::retry
