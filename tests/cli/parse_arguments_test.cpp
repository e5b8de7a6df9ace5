#include "base/text.h"
#include "cli/arguments.h"
#include "cli/cli_fixture.h"
#include "cli/commands.h"

namespace mpegflow::cli {
namespace {

using Words = std::vector<std::string>;

std::string error_of(const Words& words) {
  const auto parsed = parse_arguments(words);
  if (parsed) return "parsed as " + parsed->command;
  EXPECT_EQ(parsed.error().code, base::ErrorCode::invalid_argument);
  return parsed.error().message;
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ParseArguments, ReadsALadderRun) {
  const Words words = {"run",       "--ladder", "hls-h264", "in put.mp4", "-o",
                       "out",       "--jobs=3", "--memory", "2GiB",       "--again",
                       "--sandbox", "off",      "--state",  "/s"};
  const auto parsed = parse_arguments(words);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  RunOptions expected;
  expected.ladder = "hls-h264";
  expected.input = "in put.mp4";
  expected.output = "out";
  expected.memory = 2'147'483'648;
  expected.is_again = true;
  expected.argv = words;
  EXPECT_EQ(parsed->run, expected);
  EXPECT_EQ(parsed->command, "run");
  EXPECT_EQ(parsed->flags.jobs, "3");
  EXPECT_EQ(parsed->flags.sandbox, "off");
  EXPECT_EQ(parsed->flags.state_directory, "/s");
}

TEST(ParseArguments, TakesALoneDocumentAsASpec) {
  for (const char* name : {"a.yaml", "dir/b.yml", "/c.json"}) {
    const auto parsed = parse_arguments(Words{"run", name, "--json", "-q"});
    ASSERT_TRUE(parsed.has_value()) << name;
    EXPECT_EQ(parsed->run.spec_file, name);
    EXPECT_EQ(parsed->run.input, "");
    EXPECT_TRUE(parsed->run.is_json && parsed->run.is_quiet);
  }
}

TEST(ParseArguments, WithALadderAlsoADocumentIsAnInput) {
  const auto parsed = parse_arguments(Words{"run", "--ladder", "hls-h264", "a.json", "-o", "x"});
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->run.input, "a.json");
}

TEST(ParseArguments, SaysWhatToWriteForAnInputAlone) {
  EXPECT_TRUE(says(error_of({"run", "a.mp4", "-o", "out"}), "mpegflow run --ladder hls-h264"));
  EXPECT_TRUE(says(error_of({"run"}), "SPEC.yaml"));
  EXPECT_TRUE(says(error_of({"run", "--ladder", "hls-h264", "a.mp4"}), "-o OUTPUT"));
  EXPECT_TRUE(
      says(error_of({"run", "--ladder", "hls h264", "a.mp4", "-o", "x"}), "names no preset"));
  EXPECT_TRUE(says(error_of({"run", "a.yaml", "b.yaml"}), "not also \"b.yaml\""));
  EXPECT_TRUE(says(error_of({"run", "a.yaml", "--memory", "2G"}), "2GiB"));
}

TEST(ParseArguments, ReadsWhatALaneMayHave) {
  const auto arguments = parse_arguments(std::vector<std::string>{
      "lane", "set", "vod", "--weight", "3", "--cap", "none", "--reserved", "2"});
  ASSERT_TRUE(arguments) << arguments.error().message;
  EXPECT_EQ(arguments->lane.name, "vod");
  EXPECT_EQ(arguments->lane.weight, 3);
  EXPECT_EQ(arguments->lane.reserved, 2);
  EXPECT_EQ(arguments->lane.cap, -1);
}

TEST(ParseArguments, RefusesALaneChangeThatIsNone) {
  EXPECT_FALSE(parse_arguments(std::vector<std::string>{"lane", "set", "vod"}));
  EXPECT_FALSE(parse_arguments(std::vector<std::string>{"lane", "set", "vod", "--cap", "-3"}));
  EXPECT_FALSE(parse_arguments(std::vector<std::string>{"lane", "set", "vod", "--cap", "many"}));
}

TEST(ParseArguments, NamesTheNearestCommandAndOption) {
  EXPECT_TRUE(says(error_of({"jbo", "list"}), "did you mean \"job\"?"));
  EXPECT_TRUE(says(error_of({"job", "shwo", "last"}), "did you mean \"show\"?"));
  EXPECT_TRUE(says(error_of({"job", "list", "--limti", "3"}), "did you mean \"--limit\"?"));
  EXPECT_TRUE(says(error_of({"run", "a.yaml", "--agian"}), "did you mean \"--again\"?"));
  EXPECT_TRUE(says(error_of({"job"}), "submit, list, show, watch, events, cancel or reprocess"));
  EXPECT_TRUE(says(error_of({}), "mpegflow needs a command"));
  EXPECT_TRUE(says(error_of({"x\x1b[2J"}), "\\x1b[2J")) << "nothing hostile is echoed";
}

TEST(ParseArguments, RefusesWhatIsMissingOrOfTheWrongKind) {
  EXPECT_TRUE(says(error_of({"job", "show"}), "JOB"));
  EXPECT_TRUE(says(error_of({"task", "log", "last/a", "--attempt", "two"}), "two"));
  EXPECT_TRUE(says(error_of({"job", "list", "--limit", "0"}), "10000"));
  EXPECT_TRUE(says(error_of({"spec", "plan", "a.yaml", "--format", "xml"}), "xml"));
  EXPECT_TRUE(says(error_of({"job", "show", "last", "extra"}), "extra"));
}

TEST(ParseArguments, TakesWordsAfterTwoDashesAsTheyAre) {
  const auto parsed = parse_arguments(Words{"spec", "check", "--", "-strange.yaml"});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(parsed->file, "-strange.yaml");
}

TEST(ParseArguments, GivesHelpForEveryCommand) {
  for (const Command& command : commands()) {
    Words words = base::split(command.name, ' ');
    words.push_back("--help");
    const auto parsed = parse_arguments(words);
    ASSERT_TRUE(parsed.has_value()) << command.name;
    EXPECT_EQ(parsed->command, "help");
    EXPECT_TRUE(says(parsed->help, "Usage: mpegflow " + std::string(command.name))) << parsed->help;
    words.pop_back();
    words.insert(words.begin(), "help");
    const auto by_name = parse_arguments(words);
    ASSERT_TRUE(by_name.has_value()) << command.name;
    EXPECT_EQ(by_name->help, parsed->help);
  }
}

TEST_F(CliTest, UsageErrorsEndWithTwo) {
  EXPECT_EQ(run({"jbo"}), ExitCode::usage);
  EXPECT_EQ(out(), "");
  EXPECT_TRUE(says(err(), "mpegflow: error: \"jbo\" is not a command")) << err();
  EXPECT_EQ(run({"jbo", "--json"}), ExitCode::usage);
  EXPECT_EQ(base::text_or(base::object_or(record(), "error"), "code"), "invalid_argument");
}

TEST_F(CliTest, HelpAndVersionGoToStandardOutput) {
  EXPECT_EQ(run({"help"}), ExitCode::done);
  EXPECT_TRUE(says(out(), "doctor")) << out();
  EXPECT_EQ(run({"--help"}), ExitCode::done);
  EXPECT_EQ(run({"version"}), ExitCode::done);
  EXPECT_EQ(out().substr(0, 9), "mpegflow ");
  EXPECT_EQ(run({"--version"}), ExitCode::done);
  EXPECT_EQ(out().substr(0, 9), "mpegflow ");
  EXPECT_EQ(run({"version", "--json"}), ExitCode::done);
  EXPECT_NE(base::text_or(record(), "version"), "");
}

TEST_F(CliTest, OutputThatCannotBeWrittenIsNoSuccess) {
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(run_command_line(Words{"version"}, context_), ExitCode::state_failed);
}

TEST_F(CliTest, BugOfOursIsReportedAsOne) {
  context_.look_around = [](const Config&) -> DoctorFacts {
    throw base::InvariantViolation{"two is one"};
  };
  EXPECT_EQ(run({"doctor"}), ExitCode::bug);
  EXPECT_TRUE(says(err(), "two is one"));
}

}  // namespace
}  // namespace mpegflow::cli
