#include "worker/run_task.h"

#include "base/zstd.h"
#include "core/audit/attempt_names.h"
#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

using queue::TaskState;

std::string finding_of(WorkerWorld& world, const std::string& key) {
  const auto record = world.record(key);
  return record.finding ? record.finding->reason : "no finding";
}

TEST(RunTask, DoesALadderJobFromProbeToDelivery) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded");
  for (const char* name : {"master.m3u8", "64p/index.m3u8", "64p/init.mp4", "64p/seg_00001.m4s",
                           "64p/seg_00002.m4s", "audio/index.m3u8", "audio/seg_00001.m4s"})
    EXPECT_TRUE(std::filesystem::is_regular_file(world.target / name)) << name;
  EXPECT_TRUE(world.left_no_folder());
  EXPECT_TRUE(world.board.list().empty());
}

TEST(RunTask, CommitsOutputsWithTheHashesOfTheirBytes) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  const auto outputs = *store::list_committed_outputs(*world.store, world.job);
  ASSERT_GE(outputs.size(), 8U);
  for (const store::OutputRow& output : outputs) {
    const auto bytes = world.objects.get_bytes(output.object_key);
    ASSERT_TRUE(bytes) << output.object_key;
    EXPECT_EQ(base::Sha256::hex_of(*bytes), output.sha256) << output.name;
    EXPECT_EQ(static_cast<std::int64_t>(bytes->size()), output.size) << output.name;
  }
  EXPECT_EQ(world.record("64p").outputs.size(), 3U);
}

TEST(RunTask, WritesDownWhatTheAttemptDid) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  const audit::AttemptRecord record = world.record("64p");
  EXPECT_EQ(record.argv.front(), "/usr/bin/ffmpeg");
  EXPECT_EQ(record.encoder_revision, "revision");
  EXPECT_EQ(record.exit_code, 0);
  EXPECT_EQ(record.ended_by, "itself");
  EXPECT_EQ(record.cpu_us, 1'500'000);
  EXPECT_EQ(record.wall_us, 2'000'000);
  EXPECT_EQ(record.verification_level, "exact");
  EXPECT_FALSE(record.checks.empty());
  EXPECT_DOUBLE_EQ(record.media_seconds, 2.4);
  EXPECT_GT(base::int_or(base::object_or(record.machine, "disk"), "total_bytes"), 0);
  const std::vector<std::int64_t> edges = {1,
                                           record.staged_us,
                                           record.started_us,
                                           record.exited_us,
                                           record.verified_us,
                                           record.uploaded_us,
                                           record.committed_us};
  EXPECT_TRUE(std::ranges::is_sorted(edges));
  ASSERT_EQ(record.inputs.size(), 1U);
  EXPECT_EQ(base::text_or(record.inputs.front().get_object(), "sha256"),
            base::Sha256::hex_of(*base::read_file(world.input)));
}

TEST(RunTask, KeepsStandardErrorWhole) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  const audit::AttemptRecord record = world.record("64p");
  const auto kept = world.logs.get_bytes(record.stderr_key);
  ASSERT_TRUE(kept) << record.stderr_key;
  EXPECT_EQ(base::decompress_zstd(*kept).value_or(""), kVideoStderr);
  EXPECT_EQ(record.stderr_bytes, static_cast<std::int64_t>(kVideoStderr.size()));
}

TEST(RunTask, RunsACommandAndChecksItsOutput) {
  WorkerWorld world;
  world.script_all();
  world.submit_command();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded");
  EXPECT_EQ(base::read_file(world.target / "copy.mp4"), base::read_file(world.input));
  EXPECT_EQ(world.record("remux").verification_level, "exact");
}

TEST(RunTask, BlotsOutSecretsInTheRecordedArguments) {
  WorkerWorld world;
  world.script_all();
  world.submit_command({"-headers", "Authorization: Bearer s3cret", "-i", "{input.main}",
                        "-metadata", "comment=https://me:s3cret@example.org/",
                        "{output.copy.mp4}"});
  ASSERT_TRUE(world.run_all());
  for (const std::string& argument : world.record("remux").argv)
    EXPECT_EQ(argument.find("s3cret"), std::string::npos) << argument;
}

TEST(RunTask, RefusesAnInputThatIsNoMedia) {
  WorkerWorld world;
  world.script_all();
  ASSERT_TRUE(base::write_file_durably(world.input, "hello, this is no film\n"));
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.task("probe").state, TaskState::failed_input);
  EXPECT_EQ(world.processes.specs().size(), 0U) << "FFmpeg never saw it";
}

TEST(RunTask, ReportsWhyFfprobeFailed) {
  WorkerWorld world;
  world.processes.when(WorkerWorld::is_ffprobe,
                       fail_with_text(1,
                                      "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] moov atom not found\n"
                                      "in/main: Invalid data found when processing input\n"));
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.task("probe").state, TaskState::failed_input);
  const audit::AttemptRecord record = world.record("probe");
  EXPECT_EQ(record.exit_code, 1);
  EXPECT_FALSE(record.finding->evidence.empty());
}

TEST(RunTask, ReportsAnEncoderThatFails) {
  WorkerWorld world;
  world.processes.when(has_argument("-an"), fail_with_text(1, "Unknown encoder 'libx264'\n"));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "encoder_unavailable");
  EXPECT_EQ(world.outcome("64p"), "failed");
  EXPECT_TRUE(world.left_no_folder());
}

TEST(RunTask, ReportsAGuardThatWentAway) {
  WorkerWorld world;
  ScriptedProcess lost;
  lost.result.signal = 9;
  lost.result.ended_by = process::EndedBy::guard_lost;
  world.processes.when(has_argument("-an"), lost);
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "killed_unknown");
  EXPECT_EQ(world.record("64p").ended_by, "guard_lost");
}

TEST(RunTask, ReportsAProgramThatCannotBeStarted) {
  WorkerWorld world;
  ScriptedProcess none;
  none.failure = base::Error{base::ErrorCode::process_failed, "cannot start ffmpeg"};
  world.processes.when(has_argument("-an"), none);
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "binary_not_executable");
  const audit::AttemptRecord record = world.record("64p");
  EXPECT_EQ(record.ended_by, "process_failed") << "it does not look as if it still ran";
  EXPECT_EQ(record.stderr_bytes, 0);
}

TEST(RunTask, ReportsBytesThatAreNoFragments) {
  WorkerWorld world;
  world.processes.when(has_argument("-an"), answer(std::string(4096, 'x')));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "output_incomplete");
}

TEST(RunTask, ReportsAnEncoderThatWritesNothing) {
  WorkerWorld world;
  world.processes.when(has_argument("-an"), ScriptedProcess{});
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "output_incomplete");
}

TEST(RunTask, ReportsAnOutputThatIsMissing) {
  WorkerWorld world;
  world.processes.when(has_argument("out/copy.mp4"), ScriptedProcess{});
  world.script_all();
  world.submit_command();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "remux"), "output_incomplete");
  EXPECT_TRUE(store::list_committed_outputs(*world.store, world.job)->empty());
}

TEST(RunTask, ReportsAFullDisk) {
  WorkerWorld world;
  ScriptedProcess full;
  full.failure = base::Error{base::ErrorCode::disk_full, "no space left"};
  world.processes.when(has_argument("-an"), full);
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "64p"), "disk_full");
}

TEST(RunTask, ReportsAnInputThatChangedAfterTheSubmission) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(base::write_file_durably(world.input, "something else"));
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "probe"), "input_changed");
}

TEST(RunTask, ReportsAnInputThatChangesWhileItIsEncoded) {
  WorkerWorld world;
  world.processes.when(has_argument("-an"), [&](const process::ProcessSpec&) {
    EXPECT_TRUE(base::write_file_durably(world.input, "something else"));
    return good_video();
  });
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(finding_of(world, "64p"), "input_changed");
  EXPECT_TRUE(store::list_outputs_of_task(*world.store, assignment.claim.task)->empty());
}

TEST(RunTask, ReportsAnInputThatIsGone) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  std::filesystem::remove(world.input);
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(finding_of(world, "probe"), "input_not_found");
}

TEST(RunTask, GivesTheClaimBackWhenItIsStopped) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  world.stop.trigger();
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(world.task("64p").state, TaskState::ready);
  EXPECT_EQ(world.outcome("64p"), "released");
  EXPECT_TRUE(world.left_no_folder());
}

TEST(RunTask, DropsWhatASupersededClaimMade) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  ASSERT_TRUE(world.store->execute(store::ReleaseDeadSession{world.session, "a test", {}}));
  EXPECT_TRUE(world.run(assignment)) << "no error: somebody else has the task";
  EXPECT_EQ(world.task("64p").state, TaskState::ready);
  EXPECT_TRUE(world.left_no_folder());
}

TEST(RunTask, DoesNotStartTheEncoderOfASupersededClaim) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  ASSERT_TRUE(world.store->execute(store::ReleaseDeadSession{world.session, "a test", {}}));
  const std::size_t before = world.processes.specs().size();
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(world.processes.specs().size(), before);
}

TEST(RunTask, DoesNotStartTheEncoderOfACancelledJob) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  ASSERT_TRUE(world.store->execute(store::CancelJob{world.job}));
  const std::size_t before = world.processes.specs().size();
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(world.processes.specs().size(), before);
  EXPECT_EQ(world.task("64p").state, TaskState::cancelled);
}

TEST(RunTask, GivesBackTheClaimOfAJobThatIsCancelledDuringTheEncode) {
  WorkerWorld world;
  world.processes.when(has_argument("-an"), [&](const process::ProcessSpec&) {
    EXPECT_TRUE(world.store->execute(store::CancelJob{world.job}));
    return good_video();
  });
  world.script_all();
  world.submit_ladder();
  const auto assignment = world.claim_after_others("64p");
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(world.task("64p").state, TaskState::cancelled);
  EXPECT_FALSE(*store::find_lease(*world.store, assignment.claim.task));
}

TEST(RunTask, IsASignOfLifeOfItsSession) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  const auto last_seen = [&] {
    const auto sessions = store::list_open_sessions(*world.store);
    return sessions->front().last_seen;
  };
  const base::WallTime before = last_seen();
  ASSERT_TRUE(world.run_next());
  EXPECT_GT(last_seen(), before);
}

TEST(RunTask, SaysOfABugThatItIsOne) {
  EXPECT_EQ(to_finding({base::ErrorCode::internal, "bug"}).reason, "unrecognised");
  EXPECT_EQ(to_finding({base::ErrorCode::io_failed, "EIO"}).reason, "io_error");
  EXPECT_EQ(to_finding({base::ErrorCode::object_missing, "gone"}).reason, "stage_in_missing");
}

}  // namespace
}  // namespace mpegflow::worker
