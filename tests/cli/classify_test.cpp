#include "cli/cli_fixture.h"
#include "support/temporary_folder.h"

namespace mpegflow::cli {
namespace {

class ClassifyCommand : public CliTest {
 protected:
  ClassifyCommand() {
    context_.read_standard_input = [this]() -> base::Result<std::string> { return input_; };
    context_.working_directory = folder_.path();
  }
  void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(base::write_file_durably(folder_.path() / name, text).has_value());
  }
  base::json::object record() { return base::parse_json(out_.str(), "out").value().as_object(); }

  test::TemporaryFolder folder_;
  std::string input_;
};

TEST_F(ClassifyCommand, ReadsFilesAndPrintsARecord) {
  write("log", "Unknown encoder 'h264_nvenc'\n");
  write("facts.json", R"({"ffmpeg_version":"5.1","pinned_ffmpeg_version":"7.1"})");
  ASSERT_EQ(run({"classify", "--exit-code", "1", "--signal", "0", "--stderr", "log", "--facts",
                 "facts.json", "--json"}),
            ExitCode::done);
  EXPECT_EQ(base::text_or(record(), "bucket"), "operational");
  EXPECT_EQ(base::text_or(record(), "reason"), "version_mismatch");
  EXPECT_EQ(base::text_or(record(), "action"), "pinned_version_pool");
}

TEST_F(ClassifyCommand, ReadsStandardInput) {
  input_ = "in.mp4: No such file or directory\n";
  ASSERT_EQ(run({"classify"}), ExitCode::done);
  EXPECT_NE(out_.str().find("input_not_found"), std::string::npos) << out_.str();
}

TEST_F(ClassifyCommand, KnowsSignals) {
  ASSERT_EQ(run({"classify", "--exit-code", "-1", "--signal", "11", "--json"}), ExitCode::done);
  EXPECT_EQ(base::text_or(record(), "reason"), "crashed");
}

TEST_F(ClassifyCommand, KnowsExitStatusesOfWindows) {
  ASSERT_EQ(run({"classify", "--exit-code", "3221225477", "--json"}), ExitCode::done);
  EXPECT_EQ(base::text_or(record(), "reason"), "crashed");
}

TEST_F(ClassifyCommand, TakesRulesOfTheUser) {
  write("rules.yaml", "rules:\n  - id: mine\n    match: tape\n    reason: licence_missing\n");
  input_ = "the tape is gone\n";
  ASSERT_EQ(run({"classify", "--exit-code", "1", "--rules", "rules.yaml", "--json"}),
            ExitCode::done);
  EXPECT_EQ(base::text_or(record(), "rule"), "user.mine");
}

TEST_F(ClassifyCommand, RefusesRulesWithFaults) {
  write("rules.yaml", "rules:\n  - id: mine\n    match: \"(\"\n    reason: licence_missing\n");
  EXPECT_EQ(run({"rules", "test", "--rules", "rules.yaml"}), ExitCode::spec_invalid);
  EXPECT_NE(err_.str().find("rules.yaml:3"), std::string::npos) << err_.str();
}

TEST_F(ClassifyCommand, ListsShowsAndTriesRules) {
  ASSERT_EQ(run({"rules", "list", "--json"}), ExitCode::done);
  EXPECT_GT(base::array_or(record(), "rules").size(), 100U);
  ASSERT_EQ(run({"rules", "show", "moov"}), ExitCode::done);
  EXPECT_NE(out_.str().find("moov_missing"), std::string::npos);
  EXPECT_NE(run({"rules", "show", "no_such_rule"}), ExitCode::done);
  ASSERT_EQ(run({"rules", "test", "--line", "moov atom not found"}), ExitCode::done);
  EXPECT_EQ(out_.str(), "moov\n");
}

}  // namespace
}  // namespace mpegflow::cli
