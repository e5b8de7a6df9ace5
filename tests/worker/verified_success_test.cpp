#include <signal.h>

#include "worker/suspect_inputs.h"
#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

using queue::TaskState;

std::string reason_of(WorkerWorld& world, const std::string& key) {
  const auto record = world.record(key);
  return record.finding ? record.finding->reason : "no finding";
}

/// For decodes and looks of ours that say this on standard error.
ScriptedProcess saying(std::string text) {
  ScriptedProcess script;
  script.stderr_text = std::move(text);
  return script;
}

TEST(VerifiedSuccess, IsNotThatOfARenditionWhoseSegmentsDoNotDecode) {
  WorkerWorld world;
  world.processes.when(has_argument("null"), saying("[h264 @ 0x1] error while decoding MB 1 1\n"));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(reason_of(world, "64p"), "output_incomplete");
  EXPECT_TRUE(world.left_no_folder());
}

TEST(VerifiedSuccess, IsNotDeniedToAnOutputWhoseCheckWasKilled) {
  for (const process::EndedBy ended_by : {process::EndedBy::itself, process::EndedBy::guard_lost}) {
    WorkerWorld world;
    ScriptedProcess killed;
    killed.result.ended_by = ended_by;
    if (ended_by == process::EndedBy::itself) killed.result.signal = SIGKILL;
    world.processes.when(has_argument("null"), killed);
    world.script_all();
    world.submit_ladder();
    ASSERT_TRUE(world.run_all());
    EXPECT_EQ(reason_of(world, "64p"), "io_error");
    EXPECT_EQ(world.task("64p").state, TaskState::backing_off);
  }
}

TEST(VerifiedSuccess, IsNotDeniedToAnOutputWhoseFfprobeWasKilled) {
  WorkerWorld world;
  ScriptedProcess killed;
  killed.result.signal = SIGKILL;
  world.processes.when(has_argument("-count_packets"), killed);
  world.script_all();
  world.submit_command();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(reason_of(world, "remux"), "io_error");
  EXPECT_EQ(world.task("remux").state, TaskState::backing_off);
}

TEST(VerifiedSuccess, TakesAsManyErrorsAsTheJobAllows) {
  WorkerWorld world;
  world.spec.qc.max_decode_errors = 5;
  world.processes.when(has_argument("null"), saying("[h264 @ 0x1] error while decoding MB 1 1\n"));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded");
}

TEST(VerifiedSuccess, HoldsTheOutputsAgainstTheRulesOfTheJob) {
  WorkerWorld world;
  world.spec.qc.max_black = 1;
  world.processes.when(has_argument("-filter_complex"),
                       saying("[blackdetect @ 0x1] black_start:0 black_end:2 black_duration:2\n"));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(reason_of(world, "64p"), "qc_failed");
  EXPECT_EQ(world.task("64p").state, TaskState::failed_spec);
}

TEST(VerifiedSuccess, WarnsWhereTheJobSaysSo) {
  WorkerWorld world;
  world.spec.qc.max_black = 1;
  world.spec.qc.on_fail = "warn";
  world.processes.when(has_argument("-filter_complex"),
                       saying("[blackdetect @ 0x1] black_start:0 black_end:2 black_duration:2\n"));
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded");
  EXPECT_EQ(reason_of(world, "64p"), "ok_with_warnings");
}

TEST(EncoderRevision, OtherThanThatOfTheJobIsNotUsed) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  auto assignment = world.claim_after_others("64p");
  const std::size_t before = world.processes.specs().size();
  assignment.encoder_revision = base::EncoderRevisionId("another");
  ASSERT_TRUE(world.run(assignment));
  EXPECT_EQ(reason_of(world, "64p"), "version_mismatch");
  EXPECT_EQ(world.processes.specs().size(), before);
}

/// What stands in a folder, by relative name, but for the log that is made before each run.
std::vector<std::string> list_folder(const base::Path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().filename() != "stderr.log")
      names.push_back(entry.path().lexically_relative(folder));
  return names;
}

TEST(CleanGround, IsWhatEveryAttemptBeginsOn) {
  WorkerWorld world;
  world.spec.retry.transient.base = world.spec.retry.transient.cap = 0;
  std::vector<base::Path> folders;
  world.processes.when(has_argument("-an"), [&](const process::ProcessSpec& spec) {
    EXPECT_EQ(list_folder(spec.working_folder), std::vector<std::string>{});
    folders.push_back(spec.working_folder);
    if (folders.size() > 1) return good_video();
    ScriptedProcess dying = fail_with_text(1, "av_interleaved_write_frame(): Input/output error\n");
    dying.files = {{"ffmpeg2pass-0.log", "of a first pass"}, {"partial.mp4", "half"}};
    return dying;
  });
  world.script_all();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  ASSERT_TRUE(world.store->execute(store::Sweep{}));
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded") << reason_of(world, "64p");
  ASSERT_EQ(folders.size(), 2U);
  EXPECT_NE(folders[0], folders[1]) << "a place of its own for each";
  EXPECT_TRUE(world.left_no_folder());
}

/// A finding about the input, of a run that read one file.
struct SuspectInputs : testing::Test {
  SuspectInputs() {
    world.script_all();
    world.submit_command();
    EXPECT_TRUE(base::write_file_durably(file, "bytes"));
  }
  std::string reason(const StagedInput& staged, const std::string& found = "input_truncated") {
    const Services services = world.services();
    const protocol::Assignment assignment;
    InputFiles inputs;
    TaskRun run{services, assignment, world.stop, inputs, world.folder.path(), {}, {}};
    run.staged = {staged};
    return suspect_inputs(run, retry::make_finding(found, "rule"))->reason;
  }

  WorkerWorld world;
  const base::Path file = world.folder.path() / "copy";
  const std::string good = base::Sha256::hex_of("bytes");
  const std::string other = base::Sha256::hex_of("other bytes");
};

TEST_F(SuspectInputs, AreCopiesThatAreNotWhatWasCommitted) {
  EXPECT_EQ(reason({file, other, true}), "stage_in_corrupt");
}
TEST_F(SuspectInputs, AreFilesInPlaceThatChanged) {
  EXPECT_EQ(reason({file, other, false}), "input_changed");
}
TEST_F(SuspectInputs, AreNotThoseThatAreWhatTheyWere) {
  EXPECT_EQ(reason({file, good, true}), "input_truncated");
  EXPECT_EQ(reason({file, "", false}), "input_truncated");
}
TEST_F(SuspectInputs, AreNotAskedAfterOtherFindings) {
  EXPECT_EQ(reason({file, other, true}, "disk_full"), "disk_full");
}

}  // namespace
}  // namespace mpegflow::worker
