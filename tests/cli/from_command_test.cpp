#include "cli/cli_fixture.h"

namespace mpegflow::cli {
namespace {

using FromCommandTest = CliTest;

TEST_F(FromCommandTest, TellsTheFilesAndTheirRoles) {
  EXPECT_EQ(run({"spec", "from-command", "--json", "--", "ffmpeg", "-i", "a.mp4", "-vf",
                 "subtitles=s.srt", "-f", "hls", "out/x.m3u8"}),
            ExitCode::done);
  const auto names = [&](std::string_view key) {
    return base::to_canonical_json(base::array_or(record(), key));
  };
  EXPECT_EQ(names("inputs"), R"(["a.mp4"])");
  EXPECT_EQ(names("reads"), R"(["s.srt"])");
  EXPECT_EQ(names("outputs"), R"(["out/x.m3u8"])");
  EXPECT_EQ(names("writes"), R"(["out/x%d.ts"])");
  EXPECT_TRUE(record().at("refused").is_null());
}

TEST_F(FromCommandTest, RefusesWithACodeAndAReason) {
  EXPECT_EQ(run({"spec", "from-command", "--json", "--", "ffmpeg -i - out.mp4"}),
            ExitCode::spec_invalid);
  const base::json::object refused = base::object_or(record(), "refused");
  EXPECT_EQ(base::text_or(refused, "code"), "pipe");
  EXPECT_FALSE(base::text_or(refused, "message").empty());
}

TEST_F(FromCommandTest, NeedsACommand) {
  EXPECT_EQ(run({"spec", "from-command", "--"}), ExitCode::usage);
  EXPECT_EQ(run({"spec", "from-command"}), ExitCode::usage);
}

}  // namespace
}  // namespace mpegflow::cli
