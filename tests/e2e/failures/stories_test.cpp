#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "e2e/failures/small_fleet.h"
#include "e2e/support/media.h"

// Each failure really happens, and the job's record tells it in plain words.

namespace mpegflow::e2e {
namespace {

// No wait between attempts: what is waited for is tested elsewhere.
constexpr const char* kAtOnce =
    "retry:\n  transient: {base: 0, cap: 0}\n  memory: {base: 0, cap: 0}\n"
    "  operational: {base: 0, cap: 0}\n";

/// A job of one FFmpeg task.
std::string spec_of(const base::Path& input, const std::string& arguments,
                    const std::string& more = "") {
  return "input: " + input.native() + "\ntasks:\n  - key: make\n    args: " + arguments +
         "\noutput: out/o/\n" + kAtOnce + more;
}

/// The encoder that burns real time, so that something can be done to it meanwhile.
std::string slow_spec(const std::string& more = "") {
  return spec_of(make_clip(), "-re -stream_loop 100 -i {input.main} -c:v libx264 {output.o.mp4}",
                 more);
}

bool runs_below_this_test(pid_t pid) {
  while (pid > 1 && pid != getpid()) {
    const std::string stat = base::read_file("/proc/" + std::to_string(pid) + "/stat").value_or("");
    // PID (name) state parent …, and a name may hold anything.
    const std::size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos) return false;
    pid = std::stoi(stat.substr(name_end + 4));
  }
  return pid == getpid();
}

/// Of the FFmpegs that run below this test, the one whose command line has `word`; 0 = none.
pid_t find_ffmpeg(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string line = base::read_file(entry.path() / "cmdline").value_or("");
    const std::string program = base::read_file(entry.path() / "comm").value_or("");
    if (program == "ffmpeg\n" && line.find(word) != std::string::npos &&
        runs_below_this_test(std::stoi(name)))
      return std::stoi(name);
  }
  return 0;
}

void expect_in(const std::string& text, const std::string& words) {
  EXPECT_NE(text.find(words), std::string::npos) << words << "\n--- is not in:\n" << text;
}

TEST(Story, OfATaskThatRunsOutOfMemoryAndSucceedsWithMore) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.set_pool("big", std::int64_t{1} << 30, "");
  fleet.set_pool("cpu", 48 << 20, "big");
  fleet.add_worker("cpu");
  fleet.add_worker("big");
  fleet.submit(
      spec_of(make_clip(),
              "-i {input.main} -t 1 -vf scale=1920:1080 -c:v libx264 -preset ultrafast -an "
              "{output.o.mp4}"));
  fleet.run();
  EXPECT_EQ(fleet.job_state(), "succeeded") << fleet.story();
  const auto records = fleet.records("make");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].finding->reason.substr(0, 4), "oom_");
  EXPECT_EQ(records[0].finding->action, "higher_memory_pool");
  EXPECT_GT(records[0].peak_anonymous_bytes, 0);
  EXPECT_EQ(fleet.task("make").pool, "big");
  expect_in(fleet.story(), "in pool big");
}

TEST(Story, OfAnEncoderThatOnlyAnotherPoolHas) {
  const base::Path second = find_second_ffmpeg();
  if (second.empty()) GTEST_SKIP() << "there is no second FFmpeg: run tools/make_second_ffmpeg";
  const Workspace place;
  SmallFleet fleet(place);
  fleet.set_pool("new", 0, "");
  fleet.set_pool("cpu", 0, "new");
  fleet.add_worker("cpu");
  fleet.add_worker("new", second);
  // FFmpeg has this encoder from 7.1 on.
  fleet.submit(spec_of(make_clip(), "-i {input.main} -an -c:v msrle -pix_fmt pal8 {output.o.avi}"));
  fleet.run();
  EXPECT_EQ(fleet.job_state(), "succeeded") << fleet.story();
  const auto records = fleet.records("make");
  ASSERT_EQ(records.size(), 2U) << fleet.story();
  EXPECT_EQ(records[0].finding->reason, "encoder_unavailable");
  EXPECT_NE(records[0].encoder_revision, records[1].encoder_revision);
  expect_in(fleet.story(), "in pool new");
  const auto shown = place.mpegflow({"task", "show", fleet.job().value + "/make"}).out;
  expect_in(shown, "encoder_unavailable (operational)");
  expect_in(shown, "msrle");
}

TEST(Story, OfAWorkerWithAnotherFfmpegThanTheJobWasMadeFor) {
  const base::Path second = find_second_ffmpeg();
  if (second.empty()) GTEST_SKIP() << "there is no second FFmpeg: run tools/make_second_ffmpeg";
  const Workspace place;
  SmallFleet fleet(place);
  fleet.set_pool("new", 0, "");
  fleet.set_pool("cpu", 0, "new");
  fleet.add_worker("cpu");
  const base::EncoderRevisionId wanted = fleet.add_worker("new", second);
  fleet.submit(spec_of(make_clip(), "-i {input.main} -c copy {output.o.mkv}"), wanted);
  fleet.run();
  EXPECT_EQ(fleet.job_state(), "succeeded") << fleet.story();
  const auto records = fleet.records("make");
  ASSERT_EQ(records.size(), 2U) << fleet.story();
  EXPECT_EQ(records[0].finding->reason, "version_mismatch");
  EXPECT_TRUE(records[0].argv.empty()) << "nothing was run";
  EXPECT_EQ(records[1].encoder_revision, wanted.value);
  expect_in(fleet.story(), "version_mismatch");
}

TEST(Story, OfAnEncoderThatNobodyHasIsHeld) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.add_worker("cpu");
  fleet.submit(spec_of(make_clip(), "-i {input.main} -an -c:v libkvazaar {output.o.mp4}"));
  fleet.run();
  EXPECT_EQ(fleet.task("make").state, queue::TaskState::held) << fleet.story();
  EXPECT_EQ(fleet.task("make").reason, "encoder_unavailable");
  EXPECT_EQ(fleet.records("make").size(), 1U) << "one machine: another attempt cannot help";
}

TEST(Story, OfHardwareThatIsNotHereIsHeldWithoutAnAttempt) {
  const Workspace place;
  const std::string job = place.in("job.yaml").native();
  ASSERT_TRUE(base::write_file_durably(
      job, spec_of(make_clip(), "-i {input.main} -an -c:v h264_nvenc {output.o.mp4}")));
  const auto held = place.mpegflow({"run", job});
  EXPECT_EQ(held.exit_code, 69) << held.out << held.err;
  const auto task = place.last_task("make");
  EXPECT_EQ(base::text_or(task, "state"), "held");
  EXPECT_EQ(base::int_or(task, "attempts"), 0);
  expect_in(place.mpegflow({"job", "show", "last"}).out,
            "this machine does not have the encoder h264_nvenc");
}

TEST(Story, OfARenditionThatFallsBackToSoftware) {
  const Workspace place;
  const std::string job = place.in("job.yaml").native();
  ASSERT_TRUE(base::write_file_durably(
      job, fmt::format("input: {}\noutput: {}\nrenditions: [{{height: 90, encoder: hevc_nvenc, "
                       "codec: hevc, fallback: libx265}}]\n",
                       make_clip().native(), place.out("film").native())));
  const auto made = place.mpegflow({"run", job});
  EXPECT_EQ(made.exit_code, 0) << made.out << made.err;
  expect_in(made.out + made.err, "90p is encoded by libx265");
  expect_in(place.mpegflow({"spec", "plan", job}).out, "on a worker with the encoder hevc_nvenc");
}

/// `command` where no font is installed: a tmpfs over them, in a mount namespace of its own.
std::vector<std::string> without_fonts(const std::vector<std::string>& command) {
  std::vector<std::string> argv{
      "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /usr/share/fonts && exec \"$@\"",
      "sh"};
  argv.insert(argv.end(), command.begin(), command.end());
  return argv;
}

TEST(Story, OfAFontThatIsMissingIsHeldUntilItIsInstalled) {
  const Workspace place;
  const CommandOptions options{place.path(), {{"MPEGFLOW_STATE", place.state().native()}}};
  if (run_command(without_fonts({"true"})).exit_code != 0) GTEST_SKIP() << "may not mount";
  const std::string job = place.in("job.yaml").native();
  ASSERT_TRUE(base::write_file_durably(
      job, spec_of(make_clip(),
                   "-i {input.main} -t 1 -vf drawtext=text=hello:font=Sans -an {output.o.mkv}")));
  const auto held = run_command(without_fonts({mpegflow_program(), "run", job}), options);
  EXPECT_EQ(held.exit_code, 69) << held.out << held.err;
  const auto task = place.last_task("make");
  EXPECT_EQ(base::text_or(task, "state"), "held");
  EXPECT_EQ(base::text_or(task, "reason"), "font_missing");
  expect_in(place.mpegflow({"task", "show", "last/make"}).out, "font");
  const auto again = place.mpegflow({"run", job});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_EQ(base::text_or(place.last_task("make"), "state"), "succeeded");
}

TEST(Story, OfAWrongOptionIsToldOnce) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.add_worker("cpu");
  fleet.submit(spec_of(make_clip(), "-i {input.main} -no_such_option 1 {output.o.mp4}"));
  fleet.run();
  EXPECT_EQ(fleet.task("make").state, queue::TaskState::failed_spec);
  EXPECT_EQ(fleet.task("make").reason, "invalid_option");
  EXPECT_EQ(fleet.records("make").size(), 1U);
}

TEST(Story, OfACancel) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.add_worker("cpu");
  fleet.submit(slow_spec());
  fleet.wait_until([&] { return find_ffmpeg("out/o.mp4") != 0; });
  const CommandResult cancelled = place.mpegflow({"job", "cancel", fleet.job().value});
  EXPECT_EQ(cancelled.exit_code, 0) << cancelled.err;
  fleet.beat_soon();
  fleet.run();
  EXPECT_EQ(fleet.job_state(), "cancelled") << fleet.story();
  expect_in(fleet.story(), "cancel");
  EXPECT_EQ(fleet.records("make").size(), 1U);
}

TEST(Story, OfAStall) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.add_worker("cpu", {}, std::chrono::milliseconds(1500));
  fleet.submit(slow_spec());
  pid_t encoder = 0;
  fleet.wait_until([&] { return (encoder = find_ffmpeg("out/o.mp4")) != 0; });
  EXPECT_EQ(kill(encoder, SIGSTOP), 0);
  fleet.wait_until([&] { return fleet.records("make").front().finding.has_value(); });
  const audit::AttemptRecord record = fleet.records("make").front();
  EXPECT_EQ(record.finding->reason, "no_progress") << record.finding->cause;
  EXPECT_EQ(record.ended_by, "no_progress");
  expect_in(fleet.story(), "no_progress");
}

TEST(Story, OfADeadline) {
  const Workspace place;
  SmallFleet fleet(place);
  fleet.add_worker("cpu");
  fleet.submit(slow_spec("limits: {timeout: 3s}\n"));
  fleet.wait_until([&] {
    const auto records = fleet.records("make");
    return !records.empty() && records.front().finding.has_value();
  });
  const audit::AttemptRecord record = fleet.records("make").front();
  EXPECT_EQ(record.finding->reason, "job_timeout") << record.finding->cause;
  EXPECT_EQ(record.ended_by, "deadline");
  expect_in(fleet.story(), "job_timeout");
}

}  // namespace
}  // namespace mpegflow::e2e
