#include <filesystem>

#include <sys/mount.h>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

// FFmpeg says 0, and the output is not what it should be. What every run of the program does about
// it.

namespace mpegflow::e2e {
namespace {

constexpr const char* kEncode = "-i {input.main} -c:v libx264 -preset ultrafast {output.o.mp4}";

std::string first_part(const std::string& bytes, double part) {
  return bytes.substr(0, static_cast<std::size_t>(part * static_cast<double>(bytes.size())));
}

/// Runs a job of one FFmpeg task on `input` and gives the task.
boost::json::object run_task(const Workspace& place, const base::Path& input,
                             const std::string& arguments, const std::string& more = "") {
  EXPECT_TRUE(base::write_file_durably(
      place.in("job.yaml"), "input: " + input.native() + "\ntasks:\n  - key: make\n    args: " +
                                arguments + "\noutput: out/o/\n" + more));
  (void)place.mpegflow({"run", place.in("job.yaml").native()});
  return place.last_task("make");
}

/// The last attempt's record.
boost::json::object record_of(const Workspace& place) {
  const auto attempts = base::array_or(place.last_job(), "attempts");
  boost::json::object record;
  for (const auto& attempt : attempts) {
    auto made = base::object_or(attempt.as_object(), "record");
    if (!base::array_or(base::object_or(made, "verification"), "checks").empty()) record = made;
  }
  return record;
}

std::string level_of(const Workspace& place) {
  return base::text_or(base::object_or(record_of(place), "verification"), "level");
}

TEST(Verified, SuccessOfAWholeInputIsExact) {
  const Workspace place;
  EXPECT_EQ(base::text_or(run_task(place, make_clip(), kEncode), "state"), "succeeded")
      << place.mpegflow({"job", "events", "last"}).out;
  EXPECT_EQ(level_of(place), "exact");
}

TEST(Verified, SuccessOfACutIsBounded) {
  const Workspace place;
  EXPECT_EQ(base::text_or(run_task(place, make_clip(), std::string("-ss 1 ") + kEncode), "state"),
            "succeeded")
      << place.mpegflow({"job", "events", "last"}).out;
  EXPECT_EQ(level_of(place), "bounded");
}

struct Damage {
  std::string name;
  std::string reason;
  std::string arguments;
  std::string extension;
  double part;  ///< of the clip that is left
};

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.name;
}

class ExitZero : public testing::TestWithParam<Damage> {};

TEST_P(ExitZero, WithDamageFailsWithTheReason) {
  const Damage& damage = GetParam();
  const Workspace place;
  const base::Path input = place.write_input(
      "main." + damage.extension,
      first_part(read_bytes(damage.extension == "mp4" ? make_faststart_clip()
                                                      : make_clip(damage.extension)),
                 damage.part));
  const auto task = run_task(place, input, damage.arguments);
  EXPECT_EQ(base::text_or(task, "reason"), damage.reason)
      << place.mpegflow({"job", "events", "last"}).out;
  EXPECT_EQ(base::text_or(task, "state"), "failed_input");
  EXPECT_FALSE(std::filesystem::exists(place.out("o")));
}

INSTANTIATE_TEST_SUITE_P(
    Story, ExitZero,
    testing::Values(Damage{"CutMatroska", "input_truncated", kEncode, "mkv", 0.5},
                    Damage{"CutFaststart", "input_truncated", kEncode, "mp4", 0.5},
                    Damage{"CutMatroskaCopied", "input_truncated",
                           "-i {input.main} -c copy {output.o.mkv}", "mkv", 0.9}),
    [](const auto& test) { return test.param.name; });

TEST(Verified, ARangeBeyondTheEndIsSaid) {
  const Workspace place;
  const auto task = run_task(place, make_clip(), std::string("-ss 50 -t 5 ") + kEncode);
  EXPECT_EQ(base::text_or(task, "reason"), "time_range_empty");
  EXPECT_EQ(base::text_or(task, "state"), "failed_spec");
}

TEST(Verified, AFullDiskIsNotTheInputsFault) {
  const Workspace place;
  ASSERT_TRUE(base::make_directories(place.path() / "small"));
  const base::Path small = place.path() / "small";
  if (mount("mpegflow-test", small.c_str(), "tmpfs", 0, "size=100k") != 0)
    GTEST_SKIP() << "may not mount";
  ASSERT_TRUE(base::write_file_durably(
      place.in("job.yaml"), "input: " + make_clip().native() +
                                "\ntasks:\n  - key: make\n    args: -i {input.main} -c copy "
                                "{output.o.mkv}\noutput: small/o/\n"));
  const CommandResult run = place.mpegflow({"run", place.in("job.yaml").native()});
  const auto task = place.last_task("make");
  const std::string events = place.mpegflow({"job", "events", "last"}).out;
  umount2(small.c_str(), MNT_DETACH);
  EXPECT_EQ(base::text_or(task, "reason"), "disk_full") << events;
  EXPECT_EQ(base::text_or(task, "state"), "held");
  EXPECT_EQ(run.exit_code, 74) << run.out << run.err;
}

TEST(Quality, RulesThatAreBrokenFailTheTask) {
  const Workspace place;
  run_ffmpeg({"-f", "lavfi", "-i", "color=black:s=160x90:r=25:d=3", "-f", "lavfi", "-i",
              "anullsrc=d=3", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-t", "3",
              place.in("dark.mp4").native()});
  const auto task =
      run_task(place, place.in("dark.mp4"), kEncode, "qc: {max_black: 1s, max_silence: 1s}\n");
  EXPECT_EQ(base::text_or(task, "reason"), "qc_failed")
      << place.mpegflow({"job", "events", "last"}).out;
  EXPECT_EQ(base::text_or(task, "state"), "failed_spec");
  EXPECT_NE(place.mpegflow({"job", "show", "last"}).out.find("qc.black is broken"),
            std::string::npos);
}

TEST(Quality, RulesMayWarn) {
  const Workspace place;
  const auto task =
      run_task(place, make_clip(), kEncode,
               "qc: {min_ssim: 0.5, min_psnr: 90, max_black: 2s, loudness: {min: -70, "
               "max: -1}, whole_decode: true, on_fail: warn}\n");
  EXPECT_EQ(base::text_or(task, "state"), "succeeded")
      << place.mpegflow({"job", "events", "last"}).out;
  const std::string shown = place.mpegflow({"job", "show", "last"}).out;
  EXPECT_NE(shown.find("qc.ssim holds"), std::string::npos) << shown;
  EXPECT_NE(shown.find("qc.loudness holds"), std::string::npos) << shown;
  EXPECT_NE(shown.find("warning: qc.psnr"), std::string::npos) << shown;
}

TEST(Quality, RulesHoldForRenditions) {
  const Workspace place;
  ASSERT_TRUE(base::write_file_durably(
      place.in("job.yaml"), "input: " + make_clip().native() +
                                "\nrenditions: [{height: 180}]\noutput: out/o\n"
                                "qc: {min_ssim: 0.9, max_freeze: 2s, max_silence: 2s}\n"));
  const CommandResult run = place.mpegflow({"run", place.in("job.yaml").native()});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const std::string shown = place.mpegflow({"job", "show", "last"}).out;
  EXPECT_NE(shown.find("180p: qc.ssim holds"), std::string::npos) << shown;
  EXPECT_NE(shown.find("audio: qc.silence holds"), std::string::npos) << shown;
}

}  // namespace
}  // namespace mpegflow::e2e
