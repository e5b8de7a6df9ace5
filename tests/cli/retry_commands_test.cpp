#include "cli/cli_fixture.h"
#include "cli/dead_letter_choice.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

constexpr const char* kOther = "01jghq2222aaaaaaaaaaaaaaaa";

/// Beside the job of JobTest one whose 720p has died, so that nothing came of the rest.
class RetryCommandTest : public JobTest {
 protected:
  RetryCommandTest() {
    context_.boot_id = "boot";
    store::SubmitJob op;
    op.job.id = base::JobId(kOther);
    op.job.tenant = "local";
    op.job.delivery = "none";
    op.job.lane = "vod";
    op.job.spec_text = op.job.spec = "{}";
    op.job.command = R"({"argv":["run","a b.yaml"],"working_folder":"file:///srv/jane"})";
    op.job.identity = hash('9');
    op.job.encoder_revision = base::EncoderRevisionId(hash('e'));
    op.tasks = {make_task(kOther, "720p", queue::TaskKind::encode, 0, {}),
                make_task(kOther, "deliver", queue::TaskKind::deliver, 1, {"720p"})};
    op.tasks.front().policy = R"({"transient":{"max":0}})";
    EXPECT_TRUE(store_->execute(op).has_value());
    audit::AttemptRecord failed = make_record(0, {});
    failed.finding = retry::make_finding("io_error", "stderr.io");
    report(claim("die", kOther).at(0), failed);
  }
  std::string group() { return store::list_dead_letter_groups(*store_)->at(0).signature; }
  std::string state_of(const std::string& key) {
    const auto tasks = store::list_tasks(*store_, base::JobId(kOther));
    for (const auto& task : *tasks)
      if (task.key == key) return std::string(to_word(task.state));
    return "absent";
  }
};

TEST_F(RetryCommandTest, DlqListShowsGroups) {
  EXPECT_EQ(run({"dlq", "list"}), ExitCode::done) << err();
  EXPECT_NE(out().find("io_error"), std::string::npos) << out();
  EXPECT_NE(out().find(group().substr(0, 8)), std::string::npos) << out();
  EXPECT_EQ(run({"dlq", "list", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/groups/0/tasks"), "1");
  EXPECT_EQ(at(record(), "/groups/0/reason"), "\"io_error\"");
}

TEST_F(CliTest, DlqListSaysThatNothingIsDead) {
  EXPECT_EQ(run({"dlq", "list"}), ExitCode::done);
  EXPECT_EQ(out(), "no dead letters\n");
}

TEST_F(RetryCommandTest, DlqShowShowsAGroupAndATask) {
  EXPECT_EQ(run({"dlq", "show", group().substr(0, 6)}), ExitCode::done) << err();
  EXPECT_NE(out().find(std::string(kOther) + "/720p"), std::string::npos) << out();
  EXPECT_EQ(run({"dlq", "show", std::string(kOther) + "/720p", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/why"), "\"transient budget of 0 is spent\"");
  EXPECT_EQ(run({"dlq", "show", std::string(kOther) + "/deliver"}), ExitCode::usage);
  EXPECT_EQ(run({"dlq", "show", "nothing"}), ExitCode::input_missing);
}

TEST_F(RetryCommandTest, DlqReprocessGivesAnotherChanceAndSaysWhoRunsIt) {
  EXPECT_EQ(run({"dlq", "reprocess", group().substr(0, 6)}), ExitCode::done) << err();
  EXPECT_NE(out().find("1 dead letter of 1 job gets another chance"), std::string::npos) << out();
  EXPECT_NE(out().find("cd /srv/jane && mpegflow run 'a b.yaml'"), std::string::npos) << out();
  EXPECT_EQ(state_of("720p"), "ready");
  EXPECT_EQ(state_of("deliver"), "blocked");
  EXPECT_EQ(run({"dlq", "reprocess", "--all"}), ExitCode::done);
  EXPECT_EQ(out(), "no dead letter gets another chance\n");
}

TEST_F(RetryCommandTest, DlqReprocessWantsToKnowWhich) {
  EXPECT_EQ(run({"dlq", "reprocess"}), ExitCode::usage);
  EXPECT_EQ(run({"dlq", "reprocess", "--since", "yesterday"}), ExitCode::usage);
  EXPECT_EQ(run({"dlq", "reprocess", "--all", "--rate", "fast"}), ExitCode::usage);
  EXPECT_EQ(run({"dlq", "reprocess", "--all", "--pool", "big"}), ExitCode::input_missing);
  EXPECT_EQ(run({"dlq", "reprocess", "--all", "--revision", "abc"}), ExitCode::input_missing);
  EXPECT_EQ(state_of("720p"), "dead") << "nothing was changed";
  EXPECT_EQ(run({"dlq", "reprocess", "--reason", "io_error", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/tasks"), "1");
  EXPECT_EQ(at(record(), "/jobs/0/rerun/live_process"), "null");
}

TEST_F(RetryCommandTest, JobReprocessTakesOneTaskOrAll) {
  EXPECT_EQ(run({"job", "reprocess", kOther, "--task", "deliver"}), ExitCode::usage) << out();
  EXPECT_EQ(run({"pool", "set", "big", "--memory", "8GiB"}), ExitCode::done);
  EXPECT_EQ(run({"job", "reprocess", kOther, "--task", "720p", "--pool", "big"}), ExitCode::done);
  EXPECT_NE(out().find("2 tasks of job"), std::string::npos) << out();
  EXPECT_EQ(run({"job", "reprocess", kOther, "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/tasks"), "0");
}

TEST_F(RetryCommandTest, JobCancelEndsWhatNobodyRuns) {
  EXPECT_EQ(run({"job", "cancel", kOther}), ExitCode::usage) << "it is over: it failed";
  EXPECT_EQ(run({"job", "reprocess", kOther}), ExitCode::done);
  EXPECT_EQ(run({"job", "cancel", kOther}), ExitCode::done) << err();
  EXPECT_EQ(out(), "job " + std::string(kOther) + " is cancelled\n");
  EXPECT_EQ(run({"job", "cancel", kOther, "--json"}), ExitCode::done) << "twice is once";
  EXPECT_EQ(at(record(), "/state"), "\"cancelled\"");
  EXPECT_EQ(run({"job", "reprocess", kOther}), ExitCode::usage);
}

TEST_F(CliTest, PoolsAreMadeChangedAndShown) {
  EXPECT_EQ(run({"pool", "set", "big", "--memory", "8GiB", "--description", "a lot"}),
            ExitCode::done)
      << err();
  EXPECT_EQ(run({"pool", "set", "cpu", "--next", "big", "--memory", "1GiB"}), ExitCode::done);
  EXPECT_EQ(run({"pool", "list", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/pools/0/memory_per_task_bytes"), "8589934592");
  EXPECT_EQ(at(record(), "/pools/1/next_pool"), "\"big\"");
  EXPECT_EQ(run({"pool", "set", "cpu", "--next", "none"}), ExitCode::done);
  EXPECT_EQ(run({"pool", "show", "cpu", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/next_pool"), "null");
  EXPECT_EQ(at(record(), "/memory_per_task_bytes"), "1073741824") << "what is not named stays";
  EXPECT_EQ(run({"pool", "list"}), ExitCode::done);
  EXPECT_NE(out().find("a lot"), std::string::npos);
}

TEST_F(CliTest, PoolsAreNotMadeOfNonsense) {
  EXPECT_EQ(run({"pool", "set", "a b"}), ExitCode::usage);
  EXPECT_EQ(run({"pool", "set", "a", "--memory", "much"}), ExitCode::usage);
  EXPECT_EQ(run({"pool", "set", "a", "--next", "a"}), ExitCode::usage);
  EXPECT_EQ(run({"pool", "set", "a", "--next", "b"}), ExitCode::input_missing);
  EXPECT_EQ(run({"pool", "show", "a"}), ExitCode::input_missing) << "none was made";
}

TEST_F(RetryCommandTest, WorkersAreShownAndReleased) {
  EXPECT_EQ(run({"worker", "list", "--json"}), ExitCode::done) << err();
  EXPECT_EQ(at(record(), "/hosts/0/quarantined"), "false");
  const std::string host = base::text_or(record().at("hosts").at(0).get_object(), "host");
  EXPECT_EQ(run({"worker", "show", host}), ExitCode::done);
  EXPECT_NE(out().find("io_error"), std::string::npos) << out();
  EXPECT_EQ(run({"worker", "release", host}), ExitCode::done);
  EXPECT_NE(out().find("forgiven"), std::string::npos) << out();
  EXPECT_EQ(run({"worker", "show", "elsewhere"}), ExitCode::input_missing);
}

TEST_F(RetryCommandTest, WorkersAreTakenOutByHandAndTheRecordSaysWho) {
  context_.environment["USER"] = "jane";
  EXPECT_EQ(run({"worker", "quarantine", "laptop"}), ExitCode::usage);
  EXPECT_EQ(run({"worker", "quarantine", "elsewhere", "--why", "x"}), ExitCode::input_missing);
  EXPECT_EQ(run({"worker", "quarantine", "laptop", "--why", "a\x1b[2J", "--json"}), ExitCode::done)
      << err();
  EXPECT_EQ(at(record(), "/quarantined"), "true");
  EXPECT_EQ(at(record(), "/quarantine/until"), "null");
  EXPECT_EQ(at(record(), "/quarantine/set_by").substr(0, 6), "\"jane@");
  EXPECT_EQ(run({"worker", "show", "session"}), ExitCode::done);
  EXPECT_NE(out().find("it is released"), std::string::npos) << out();
  EXPECT_EQ(out().find('\x1b'), std::string::npos);
  EXPECT_EQ(run({"worker", "release", "session", "--why", "over"}), ExitCode::done);
  EXPECT_EQ(out(), "host laptop gets tasks again\n");
  EXPECT_EQ(run({"worker", "show", "laptop", "--json"}), ExitCode::done);
  EXPECT_EQ(at(record(), "/changes/0/change/why"), "\"over\"");
  EXPECT_EQ(at(record(), "/changes/1/change/quarantined"), "true");
}

TEST(Since, IsAMomentOrHowLongAgo) {
  const base::WallTime now{1'767'225'600'000'000};
  EXPECT_EQ(parse_since("2026-01-01", now), now);
  EXPECT_EQ(parse_since("2026-01-01T00:00:01Z", now), now + std::chrono::seconds(1));
  EXPECT_EQ(parse_since("2h", now), now + std::chrono::hours(-2));
  for (const char* bad :
       {"2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01T00", "x", "2026-01-01Z"})
    EXPECT_EQ(parse_since(bad, now), std::nullopt) << bad;
}

TEST(Rate, IsSoManyAMinute) {
  EXPECT_EQ(parse_rate("30/min"), 30);
  EXPECT_EQ(parse_rate("1"), 1);
  for (const char* bad : {"0", "-1", "1.5", "30/h", "", "/min"})
    EXPECT_FALSE(parse_rate(bad)) << bad;
}

}  // namespace
}  // namespace mpegflow::cli
