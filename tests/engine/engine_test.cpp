#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/zstd.h"
#include "core/audit/attempt_names.h"
#include "core/audit/attempt_record.h"
#include "core/probe/input_record.h"
#include "engine/attempt.h"
#include "engine/collect.h"
#include "engine/recover_attempts.h"
#include "engine/reprocess_job.h"
#include "engine/submit.h"
#include "keeper/keeper.h"
#include "objects/local/local_object_store.h"
#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "store/upkeep_reads.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace mpegflow::engine {
namespace {

using queue::TaskState;

/// A store with one ladder job, and a session that works on it.
struct Engine : testing::Test {
  Engine() {
    store::SqliteOptions options;
    options.clock = &clock;
    store = *store::SqliteStore::open(options);
    submit::RenditionSpec rendition;
    rendition.key = "720p";
    rendition.height = 720;
    submission.spec.inputs = {{"main", "file:///main.mp4"}};
    submission.spec.renditions = {rendition};
    submission.spec.output_uri = "file:///out";
    submission.encoder_revision = base::EncoderRevisionId("revision");
    submission.inputs = {{"main", "file:///main.mp4", "{}", 1000, {}, {}}};
  }

  void submit() { ASSERT_TRUE(engine::submit(*store, job, submission)); }
  void open_session(const std::string& boot_id, const base::Path& lock) {
    store::RegisterSession op;
    op.session.id = base::SessionId("session");
    op.session.boot_id = boot_id;
    op.session.lock_path = lock.native();
    op.session.facts = "{}";
    op.session.encoder_revision = base::EncoderRevisionId("revision");
    ASSERT_TRUE(store->execute(op));
  }
  store::Claim claim() {
    const auto answer =
        store->execute(store::ClaimTasks{base::RequestId(fmt::format("request{}", ++requests)),
                                         base::SessionId("session"),
                                         {"cpu"},
                                         {},
                                         1});
    EXPECT_TRUE(answer && answer->granted.size() == 1);
    return answer->granted.front().claim;
  }
  store::CommitAttempt commit_of_probe(const store::Claim& claimed,
                                       std::int64_t video_streams = 1) {
    probe::InputRecord record;
    record.probe.duration = 10;
    record.probe.container = "mov";
    for (std::int64_t i = 0; i < video_streams; ++i) {
      probe::VideoStream video;
      video.codec = "h264";
      video.width = 1280;
      video.height = 720;
      video.frame_rate = video.average_frame_rate = {25, 1};
      record.probe.video.push_back(video);
    }
    store::CommitAttempt op;
    op.request = base::RequestId(fmt::format("request{}", ++requests));
    op.claim = claimed;
    op.record = op.result = "{}";
    op.inputs = {{"main", {}, base::to_canonical_json(probe::to_json(record))}};
    return op;
  }
  std::vector<std::string> keys() {
    std::vector<std::string> found;
    const auto rows = store::list_tasks(*store, job);
    for (const store::TaskRow& row : *rows) found.push_back(row.key);
    return found;
  }
  TaskState state_of(const base::TaskId& task) {
    return store::find_task(*store, task)->value().state;
  }

  /// The claim of a worker that had started FFmpeg, with what FFmpeg had said by then.
  store::Claim start_attempt() {
    const store::Claim claimed = claim();
    const base::Path work = scratch() / audit::attempt_name(claimed.fence, claimed.id) / "work";
    EXPECT_TRUE(base::make_directories(work));
    EXPECT_TRUE(base::write_file_durably(work / "stderr.log", "so far\n"));
    audit::AttemptRecord record;
    record.argv = {"ffprobe"};
    EXPECT_TRUE(store->execute(store::Heartbeat{
        base::SessionId("session"), {{claimed, base::to_canonical_json(audit::to_json(record))}}}));
    return claimed;
  }
  base::Result<void> recover(const base::Path& own_lock = {}) {
    return recover_attempts(*store, logs, {job, "this boot", scratch(), own_lock});
  }
  audit::AttemptRecord last_record() {
    const auto rows = store::list_attempts(*store, job);
    return audit::parse_attempt_record(
        base::parse_json(rows->back().record, "record")->get_object());
  }
  base::Path scratch() const { return folder.path() / "attempts"; }
  base::Path lock_path() const { return folder.path() / "run.lock"; }

  test::TemporaryFolder folder;
  test::ManualClock clock;
  std::unique_ptr<store::SqliteStore> store;
  objects::LocalObjectStore logs{folder.path() / "logs"};
  objects::LocalObjectStore objects{folder.path() / "objects"};
  Submission submission;
  base::JobId job{"job"};
  int requests = 0;
};

TEST_F(Engine, SubmitsTheTasksThatAreKnownAtOnce) {
  submit();
  EXPECT_EQ(keys(), std::vector<std::string>{"probe"});
}

TEST_F(Engine, SubmittingTwiceWithOneKeyGivesTheFirstJob) {
  submission.spec.idempotency_key = "key";
  submit();
  const auto again = engine::submit(*store, base::JobId("other"), submission);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->existed);
  EXPECT_EQ(again->job, job);
}

TEST_F(Engine, CommittingTheProbeGrowsTheGraph) {
  submit();
  open_session("this boot", "");
  ASSERT_EQ(commit_attempt(*store, commit_of_probe(claim())), TaskState::succeeded);
  EXPECT_EQ(keys(), (std::vector<std::string>{"probe", "720p", "manifest", "publish"}));
}

TEST_F(Engine, CommittingTheProbeTwiceGrowsItOnce) {
  submit();
  open_session("this boot", "");
  const store::CommitAttempt commit = commit_of_probe(claim());
  ASSERT_EQ(commit_attempt(*store, commit), TaskState::succeeded);
  EXPECT_EQ(commit_attempt(*store, commit), TaskState::succeeded);
  store::CommitAttempt other_request = commit;
  other_request.request = base::RequestId("another");
  const auto refused = commit_attempt(*store, other_request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::superseded);
  EXPECT_EQ(keys().size(), 4U);
}

TEST_F(Engine, AProbeThatCannotServeTheSpecFailsInstead) {
  submit();
  open_session("this boot", "");
  EXPECT_EQ(commit_attempt(*store, commit_of_probe(claim(), 0)), TaskState::failed_input);
}

TEST_F(Engine, RecoversTheAttemptsOfAnotherBoot) {
  submit();
  open_session("the boot before", lock_path());
  const store::Claim claimed = start_attempt();
  ASSERT_TRUE(recover());
  EXPECT_EQ(state_of(claimed.task), TaskState::ready);
  EXPECT_FALSE(std::filesystem::exists(scratch()));
}

TEST_F(Engine, RecoveryKeepsWhatTheLostAttemptLeft) {
  submit();
  open_session("the boot before", lock_path());
  start_attempt();
  ASSERT_TRUE(recover());
  const audit::AttemptRecord record = last_record();
  EXPECT_EQ(record.argv, std::vector<std::string>{"ffprobe"});
  EXPECT_EQ(record.ended_by, "worker_lost");
  const auto kept = logs.get_bytes(record.stderr_key);
  ASSERT_TRUE(kept);
  EXPECT_EQ(base::decompress_zstd(*kept), "so far\n");
}

TEST_F(Engine, RecoversTheAttemptsOfAProcessWhoseLockIsFree) {
  submit();
  ASSERT_TRUE(base::write_file_durably(lock_path(), ""));
  open_session("this boot", lock_path());
  const store::Claim claimed = start_attempt();
  ASSERT_TRUE(recover());
  EXPECT_EQ(state_of(claimed.task), TaskState::ready);
}

TEST_F(Engine, RecoversTheAttemptsUnderTheLockThatIsOurs) {
  submit();
  const base::UniqueFd own(open(lock_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  ASSERT_EQ(flock(own.get(), LOCK_EX), 0);
  open_session("this boot", lock_path());
  const store::Claim claimed = start_attempt();
  ASSERT_TRUE(recover(lock_path()));
  EXPECT_EQ(state_of(claimed.task), TaskState::ready);
}

TEST_F(Engine, LeavesALiveProcessAndItsFoldersAlone) {
  submit();
  const base::UniqueFd held(open(lock_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  open_session("this boot", lock_path());
  const store::Claim claimed = start_attempt();
  ASSERT_TRUE(recover());
  EXPECT_EQ(state_of(claimed.task), TaskState::leased);
  EXPECT_TRUE(std::filesystem::exists(scratch()));
}

TEST_F(Engine, RecoveryIsRepeatable) {
  submit();
  open_session("the boot before", lock_path());
  start_attempt();
  ASSERT_TRUE(recover());
  ASSERT_TRUE(recover());
  EXPECT_EQ(last_record().ended_by, "worker_lost");
}

TEST_F(Engine, CollectsWhatALostAttemptHadStored) {
  submit();
  open_session("the boot before", "");
  const store::Claim claimed = start_attempt();
  store::OutputRow output;
  output.object_key = "job/probe/1/file";
  output.name = "file";
  output.role = "media";
  ASSERT_TRUE(store->execute(store::StageOutputs{claimed, {output}}));
  ASSERT_TRUE(objects.put_bytes(output.object_key, "bytes"));
  EXPECT_EQ(collect_garbage(*store, objects, job), 0) << "the attempt may still commit";
  ASSERT_TRUE(recover());
  EXPECT_EQ(collect_garbage(*store, objects, job), 1);
  EXPECT_TRUE(objects.list("")->empty());
  EXPECT_TRUE(store::list_outputs_of_task(*store, claimed.task)->empty());
}

TEST_F(Engine, ARejectedJobOfWhichSomethingWasMadeIsNotGoneOnWith) {
  submit();
  open_session("this boot", "");
  const store::Claim probe = claim();
  store::OutputRow output;
  output.object_key = "job/probe/1/file";
  output.name = "file";
  output.role = "media";
  ASSERT_TRUE(store->execute(store::StageOutputs{probe, {output}}));
  store::CommitAttempt commit = commit_of_probe(probe);
  commit.outputs = {output.object_key};
  store::NewTask next;
  next.id = base::TaskId("next");
  next.key = "next";
  next.kind = queue::TaskKind::ffmpeg;
  next.params = "{}";
  commit.expansion = {next};
  ASSERT_TRUE(store->execute(commit));
  store::ReportFailure failure;
  failure.request = base::RequestId("report");
  failure.claim = claim();
  failure.finding.bucket = retry::Bucket::deterministic;
  failure.finding.status = retry::FindingStatus::failed_spec;
  failure.finding.reason = "encoder_unknown";
  failure.record = "{}";
  ASSERT_TRUE(store->execute(failure));
  ASSERT_EQ(store::find_job(*store, job)->value().state, "failed_spec");
  const auto refused = reprocess_job(*store, {job, "test", {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::illegal_transition);
  EXPECT_EQ(state_of(failure.claim.task), TaskState::failed_spec);
}

TEST_F(Engine, TheKeeperWakesTheWorkersWhenARetryIsDue) {
  submit();
  open_session("this boot", "");
  const store::Claim claimed = claim();
  store::ReportFailure report;
  report.request = base::RequestId("report");
  report.claim = claimed;
  report.record = "{}";
  report.draw = ~std::uint64_t{0};  // the longest wait
  report.finding = retry::make_finding("io_error", "test");
  const auto reported = store->execute(report);
  ASSERT_TRUE(reported && reported->retry_at);
  ChangeSignal changes;
  keeper::Keeper keeper({}, *store, changes, clock);
  EXPECT_EQ(keeper.run_once().value(), reported->retry_at) << "when to come back";
  EXPECT_EQ(changes.count(), 0U);
  clock.advance(std::chrono::hours(24));
  EXPECT_FALSE(keeper.run_once().value());
  EXPECT_EQ(changes.count(), 1U);
  EXPECT_EQ(state_of(claimed.task), TaskState::ready);
}

TEST_F(Engine, TheKeeperForgetsOldAnswersBatchByBatch) {
  submit();
  open_session("this boot", "");
  claim();
  ChangeSignal changes;
  keeper::Keeper keeper({}, *store, changes, clock);
  const auto count = [&] { return store::measure_leftovers(*store, base::Micros(-1))->requests; };
  ASSERT_TRUE(keeper.run_once());
  EXPECT_EQ(count(), 1);
  clock.advance(upkeep::kDefaultGrace + base::Micros(1));
  ASSERT_TRUE(keeper.run_once());
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace mpegflow::engine
