#include "core/verify/qc.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

QcSubject film() {
  QcSubject subject;
  subject.file = "out/o.mp4";
  subject.container = "mov";
  subject.has_video = subject.has_audio = true;
  subject.width = 320;
  subject.height = 180;
  subject.frame_rate = 25;
  subject.duration = 10;
  subject.source = "in/main.mp4";
  subject.source_container = "mov";
  return subject;
}

QcRules all_rules() {
  QcRules rules;
  rules.max_black = 2;
  rules.max_silence = 2;
  rules.max_freeze = 2;
  rules.min_loudness = -26;
  rules.max_loudness = -20;
  rules.min_ssim = 0.95;
  rules.min_psnr = 35;
  return rules;
}

std::string graph_of(const std::vector<std::string>& argv) {
  const auto at = std::ranges::find(argv, "-filter_complex");
  return at == argv.end() ? "" : *std::next(at);
}

TEST(Qc, MeasuresOnlyWhatIsAskedFor) {
  EXPECT_TRUE(make_qc_command({}, film()).empty());
  QcRules rules;
  rules.max_black = 1;
  const std::string graph = graph_of(make_qc_command(rules, film()));
  EXPECT_NE(graph.find("blackdetect"), std::string::npos);
  for (const char* other : {"freezedetect", "silencedetect", "ebur128", "ssim", "psnr"})
    EXPECT_EQ(graph.find(other), std::string::npos) << other;
}

TEST(Qc, ComparesWithTheSourceAtTheSizeOfTheOutput) {
  const auto argv = make_qc_command(all_rules(), film());
  EXPECT_EQ(std::ranges::count(argv, "-i"), 2);
  const std::string graph = graph_of(argv);
  EXPECT_NE(graph.find("scale=320:180"), std::string::npos) << graph;
  EXPECT_NE(graph.find("ssim"), std::string::npos);
  EXPECT_NE(graph.find("psnr"), std::string::npos);
}

TEST(Qc, LeavesOutWhatTheSubjectDoesNotHave) {
  QcSubject sound = film();
  sound.has_video = false;
  for (const Check& check : judge_qc(all_rules(), sound, {}))
    EXPECT_TRUE(check.name == "qc.silence" || check.name == "qc.loudness") << check.name;
  EXPECT_EQ(std::ranges::count(make_qc_command(all_rules(), sound), "-i"), 1);
}

// Lines as FFmpeg 5.1 and 7.1 write them.
constexpr std::string_view kLog =
    "[blackdetect @ 0x1] black_start:0 black_end:1.5 black_duration:1.5\n"
    "[blackdetect @ 0x1] black_start:5 black_end:8 black_duration:3\n"
    "[freezedetect @ 0x2] lavfi.freezedetect.freeze_start: 1\n"
    "[freezedetect @ 0x2] lavfi.freezedetect.freeze_duration: 1.2\n"
    "[freezedetect @ 0x2] lavfi.freezedetect.freeze_end: 2.2\n"
    "[silencedetect @ 0x3] silence_end: 4 | silence_duration: 2.5\n"
    "[Parsed_ebur128_1 @ 0x4] Summary:\n\n  Integrated loudness:\n    I:         -21.8 LUFS\n"
    "[Parsed_ssim_3 @ 0x5] SSIM Y:0.987 (18.9) U:0.99 (20.1) V:0.99 (20.2) All:0.988100 (19.2)\n"
    "[Parsed_psnr_4 @ 0x6] PSNR y:38.1 u:41 v:41 average:38.900000 min:30 max:50\n";

TEST(Qc, ReadsWhatTheFiltersSay) {
  const QcFacts facts = read_qc_facts(kLog, 10);
  EXPECT_DOUBLE_EQ(facts.longest_black, 3);
  EXPECT_DOUBLE_EQ(facts.longest_freeze, 1.2);
  EXPECT_DOUBLE_EQ(facts.longest_silence, 2.5);
  EXPECT_EQ(facts.loudness, -21.8);
  EXPECT_EQ(facts.ssim, 0.9881);
  EXPECT_EQ(facts.psnr, 38.9);
}

TEST(Qc, TakesAFreezeThatNeverEndsToTheEnd) {
  EXPECT_DOUBLE_EQ(
      read_qc_facts("[freezedetect @ 0x2] lavfi.freezedetect.freeze_start: 4\n", 10).longest_freeze,
      6);
}

TEST(Qc, TakesIdenticalPicturesForTheBest) {
  EXPECT_EQ(read_qc_facts("[psnr @ 0x6] PSNR y:inf u:inf v:inf average:inf min:inf\n", 1).psnr,
            100);
}

TEST(Qc, JudgesEachRule) {
  std::vector<std::string> failed;
  for (const Check& check : judge_qc(all_rules(), film(), read_qc_facts(kLog, 10)))
    if (!check.ok) failed.push_back(check.name);
  EXPECT_EQ(failed, (std::vector<std::string>{"qc.black", "qc.silence"}));
}

TEST(Qc, FailsWhatCouldNotBeMeasured) {
  QcRules rules;
  rules.min_ssim = 0.5;
  const auto checks = judge_qc(rules, film(), {});
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_FALSE(checks.front().ok);
}

TEST(Qc, FailsOrWarnsAsTheJobSays) {
  QcRules rules = all_rules();
  const auto checks = judge_qc(rules, film(), read_qc_facts(kLog, 10));
  Verification failing;
  add_qc(failing, rules, checks);
  EXPECT_EQ(failing.finding.reason, "qc_failed");
  EXPECT_EQ(failing.finding.bucket, retry::Bucket::deterministic);
  rules.on_fail = OnFail::warn;
  Verification warning;
  add_qc(warning, rules, checks);
  EXPECT_EQ(warning.finding.reason, "ok_with_warnings");
  EXPECT_EQ(warning.warnings.size(), 2U);
  EXPECT_EQ(warning.checks.size(), checks.size());
}

TEST(Qc, RulesSurviveTheirRecord) {
  QcRules rules = all_rules();
  rules.on_fail = OnFail::warn;
  rules.whole_decode = true;
  rules.max_decode_errors = 7;
  rules.duration_tolerance = 0.25;
  EXPECT_EQ(parse_qc_rules(to_json(rules)), rules);
  EXPECT_TRUE(to_json(QcRules{}).empty());
  EXPECT_EQ(parse_qc_rules({}), QcRules{});
}

}  // namespace
}  // namespace mpegflow::verify
