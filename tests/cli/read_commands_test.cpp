#include "cli/cli_fixture.h"
#include "core/submit/accept.h"

namespace mpegflow::cli {
namespace {

bool has_escape(const std::string& text) {
  return text.find('\x1b') != std::string::npos;
}

TEST_F(JobTest, JobListShowsTheNewest) {
  EXPECT_EQ(run({"job", "list"}), ExitCode::done) << err();
  submit::expect_golden("tests/golden/cli/job_list.txt", out());
  EXPECT_FALSE(has_escape(out()));
}

TEST_F(JobTest, JobListGoesOnFromPageToPage) {
  submit("01jghq1111aaaaaaaaaaaaaaaa");
  EXPECT_EQ(run({"job", "list", "--limit", "1", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/jobs/0/id"), "\"01jghq1111aaaaaaaaaaaaaaaa\"");
  const std::string next = base::text_or(record(), "next_before");
  EXPECT_EQ(run({"job", "list", "--limit", "1", "--before", next, "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/jobs/0/id"), "\"" + std::string(kJob) + "\"");
  EXPECT_EQ(at(record(), "/next_before"), "null");
}

TEST_F(CliTest, JobListSaysThatThereIsNone) {
  EXPECT_EQ(run({"job", "list"}), ExitCode::done);
  EXPECT_EQ(out(), "no jobs\n");
  EXPECT_EQ(run({"job", "list", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/jobs"), "[]");
  EXPECT_EQ(run({"job", "show", "last"}), ExitCode::input_missing);
}

TEST_F(JobTest, LaneShowSaysWithinHowManyClaimsItsTurnComes) {
  EXPECT_EQ(run({"lane", "show", "bulk"}), ExitCode::done) << err();
  EXPECT_NE(out().find("at least once in any 13 consecutive claims"), std::string::npos) << out();
  EXPECT_EQ(run({"lane", "list", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/lanes/0/name"), "\"live\"");
  EXPECT_EQ(at(record(), "/lanes/0/weight"), "8");
}

TEST_F(JobTest, LaneSetIsOnTheRecord) {
  EXPECT_EQ(run({"lane", "set", "vod", "--cap", "3", "--pool", "cpu", "--json"}), ExitCode::done)
      << err();
  EXPECT_EQ(at(record(), "/changes/0/change/cap"), "3");
  EXPECT_EQ(at(record(), "/lane/pools/0/cap"), "3");
  EXPECT_EQ(run({"lane", "set", "vod", "--weight", "400"}), ExitCode::usage);
  EXPECT_EQ(run({"lane", "show", "nolane"}), ExitCode::input_missing);
}

TEST_F(JobTest, JobShowTellsHowItStandsAndWhy) {
  EXPECT_EQ(run({"job", "show", "last"}), ExitCode::done) << err();
  submit::expect_golden("tests/golden/cli/job_show.txt", out());
  EXPECT_FALSE(has_escape(out()));
}

TEST_F(JobTest, JobShowHasARecordAtTheRoot) {
  EXPECT_EQ(run({"job", "show", kJob, "--json"}), ExitCode::done);
  const base::json::value value = record();
  EXPECT_EQ(at(value, "/job/name"), base::json::serialize(base::json::value(kName)));
  EXPECT_EQ(at(value, "/job/created"), "\"2026-01-01T00:00:00.000000Z\"");
  EXPECT_EQ(at(value, "/job/created_us"), "1767225600000000");
  EXPECT_EQ(at(value, "/inputs/0/sha256"), "null") << "null, not absence";
  EXPECT_EQ(at(value, "/tasks/1/key"), "\"720p\"");
  EXPECT_EQ(at(value, "/tasks/1/attempts"), "2");
  EXPECT_EQ(at(value, "/tasks/2/state"), "\"failed_input\"");
  EXPECT_EQ(value.at("edges").get_array().size(), 2U);
  EXPECT_EQ(value.at("attempts").get_array().size(), 4U);
}

TEST_F(JobTest, JobIsNamedByTheStartOfItsId) {
  EXPECT_EQ(run({"job", "show", "01jg"}), ExitCode::done);
  submit("01jghq1111aaaaaaaaaaaaaaaa");
  EXPECT_EQ(run({"job", "show", "01jg"}), ExitCode::usage);
  EXPECT_NE(err().find("several jobs"), std::string::npos);
  EXPECT_EQ(run({"job", "show", kJob}), ExitCode::done);
  EXPECT_EQ(run({"job", "show", "zz"}), ExitCode::input_missing);
  EXPECT_EQ(run({"job", "show", ""}), ExitCode::input_missing);
  EXPECT_EQ(run({"job", "show", "%", "--json"}), ExitCode::input_missing);
  EXPECT_EQ(at(record(), "/error/code"), "\"not_found\"");
}

TEST_F(JobTest, JobEventsTellsTheWholeStory) {
  EXPECT_EQ(run({"job", "events", "last"}), ExitCode::done) << err();
  submit::expect_golden("tests/golden/cli/job_events.txt", out());
}

TEST_F(JobTest, JobEventsAreWithoutAGapInJson) {
  EXPECT_EQ(run({"job", "events", "last", "--json"}), ExitCode::done);
  const auto events = base::array_or(record(), "events");
  ASSERT_GT(events.size(), 10U);
  for (std::size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(at(events[i], "/seq"), std::to_string(i + 1));
  EXPECT_EQ(at(events[0], "/task"), "null");
  EXPECT_EQ(at(events[0], "/prev_hash"), "null");
  EXPECT_EQ(at(events[1], "/prev_hash"), at(events[0], "/hash"));
}

TEST_F(JobTest, TaskShowTellsEveryAttempt) {
  EXPECT_EQ(run({"task", "show", "last/720p"}), ExitCode::done) << err();
  submit::expect_golden("tests/golden/cli/task_show.txt", out());
  EXPECT_FALSE(has_escape(out()));
}

TEST_F(JobTest, TaskShowSaysWhichEncodersMadeIt) {
  EXPECT_EQ(run({"task", "show", "last/720p", "--json"}), ExitCode::done) << err();
  EXPECT_EQ(base::array_or(record(), "encoders").size(), 1U) << "both attempts had the same";
  EXPECT_EQ(at(record(), "/encoders/0/version"), "\"5.1.9\"");
  EXPECT_EQ(at(record(), "/encoders/0/configuration"), "\"--enable-gpl\"");
}

TEST_F(JobTest, SecretsAreNotShown) {
  EXPECT_EQ(run({"job", "show", kJob, "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/job/spec/hook"), "\"https://h/a?token=[redacted]\"");
}

TEST_F(JobTest, TaskIsNamedByJobAndKeyOrById) {
  EXPECT_EQ(run({"task", "show", "01jg/720p", "--json"}), ExitCode::done);
  const std::string id = base::text_or(base::object_or(record(), "task"), "id");
  EXPECT_EQ(at(record(), "/attempts/0/record/signal"), "9");
  EXPECT_EQ(run({"task", "show", id, "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/task/key"), "\"720p\"");
  EXPECT_EQ(run({"task", "show", "last/999p"}), ExitCode::input_missing);
  EXPECT_NE(err().find("probe, 720p, 480p"), std::string::npos) << err();
  EXPECT_EQ(run({"task", "show", "720p"}), ExitCode::input_missing);
}

TEST_F(JobTest, TaskLogIsRawOnlyWhereItIsNoTerminal) {
  EXPECT_EQ(run({"task", "log", "last/720p"}), ExitCode::done) << err();
  EXPECT_EQ(out(), "frame=1\rframe=2\n\x1b[31mKilled\xff\n");
  context_.out.is_terminal = true;
  EXPECT_EQ(run({"task", "log", "last/720p", "--attempt", "1"}), ExitCode::done);
  EXPECT_EQ(out(), "frame=1\nframe=2\n\\x1b[31mKilled\\xff\n");
}

TEST_F(JobTest, TaskLogInJsonSaysWhetherItIsExact) {
  EXPECT_EQ(run({"task", "log", "last/720p", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/is_exact"), "false");
  EXPECT_EQ(at(record(), "/bytes"), "29");
  put_log("logs/720p/1", "all well\n");
  EXPECT_EQ(run({"task", "log", "last/720p", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/is_exact"), "true");
  EXPECT_EQ(at(record(), "/text"), "\"all well\\n\"");
}

TEST_F(JobTest, TaskLogSaysWhyThereIsNone) {
  EXPECT_EQ(run({"task", "log", "last/720p", "--attempt", "2"}), ExitCode::input_missing);
  EXPECT_EQ(run({"task", "log", "last/720p", "--attempt", "7"}), ExitCode::input_missing);
  EXPECT_NE(err().find("there are 1 to 2"), std::string::npos) << err();
  logs_.kept.clear();
  EXPECT_EQ(run({"task", "log", "last/720p"}), ExitCode::state_failed);
  EXPECT_TRUE(logs_.put_bytes("logs/720p/1", "no zstd").has_value());
  EXPECT_EQ(run({"task", "log", "last/720p"}), ExitCode::state_failed);
}

TEST_F(CliTest, StoreThatDoesNotOpenEndsTheCommand) {
  context_.open_store = [](const Config& config) -> base::Result<store::Store*> {
    return base::fail(base::ErrorCode::state_newer, config.state_path().string() + " is newer");
  };
  EXPECT_EQ(run({"job", "list", "--state", "s"}), ExitCode::misconfigured);
  EXPECT_EQ(err(), "mpegflow: error: /srv/jane/dir/s is newer\n");
}

TEST_F(JobTest, ColoursAreForTerminalsThatWantThem) {
  context_.err.is_terminal = true;
  run({"job", "show", "zz"});
  EXPECT_TRUE(has_escape(err()));
  context_.environment["NO_COLOR"] = "1";
  run({"job", "show", "zz"});
  EXPECT_FALSE(has_escape(err()));
  context_.environment = {{"HOME", "/srv/jane"}, {"TERM", "dumb"}};
  run({"job", "show", "zz"});
  EXPECT_FALSE(has_escape(err()));
}

}  // namespace
}  // namespace mpegflow::cli
