#include "cli/exit_codes.h"

#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "core/submit/accept.h"

namespace mpegflow::cli {
namespace {

std::set<int> read_documented_codes() {
  const std::string text = base::read_file(submit::source_path("docs/exit-codes.md")).value_or("");
  std::set<int> codes;
  const std::regex row(R"(\n\| (\d+) \|)");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), row); at != std::sregex_iterator();
       ++at)
    codes.insert(std::stoi((*at)[1]));
  return codes;
}

TEST(ExitCodes, AreThoseThatTheDocumentLists) {
  EXPECT_EQ(read_documented_codes(),
            (std::set<int>{0, 1, 2, 64, 65, 66, 69, 70, 72, 73, 74, 75, 77, 78, 130, 143}));
  for (const ErrorRow& row : error_rows())
    EXPECT_TRUE(read_documented_codes().contains(static_cast<int>(row.exit_code)))
        << base::to_word(row.code);
}

TEST(ExitCodes, TableOfErrorsIsTheOneThatIsCheckedIn) {
  submit::expect_golden("docs/generated/error_codes.md", make_error_codes_markdown());
}

TEST(ExitCodes, NoErrorEndsAsIfAllWereWell) {
  for (const ErrorRow& row : error_rows())
    EXPECT_NE(row.exit_code, ExitCode::done) << base::to_word(row.code);
}

TEST(ExitCodes, FollowTheStateOfTheJob) {
  using queue::JobState;
  EXPECT_EQ(to_exit_code(JobState::succeeded), ExitCode::done);
  EXPECT_EQ(to_exit_code(JobState::partial), ExitCode::job_failed);
  EXPECT_EQ(to_exit_code(JobState::failed_input), ExitCode::input_invalid);
  EXPECT_EQ(to_exit_code(JobState::failed_spec), ExitCode::spec_invalid);
  EXPECT_EQ(to_exit_code(JobState::running), ExitCode::interrupted);
  EXPECT_EQ(to_exit_code(JobState::running, Holding::held), ExitCode::unavailable);
}

}  // namespace
}  // namespace mpegflow::cli
