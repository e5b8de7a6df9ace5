#include <filesystem>

#include <unistd.h>

#include "base/text.h"
#include "cli/cli_fixture.h"
#include "core/submit/accept.h"
#include "core/submit/command_line.h"

namespace mpegflow::cli {
namespace {

class SpecTest : public CliTest {
 protected:
  SpecTest() {
    folder_ = base::Path(testing::TempDir()) / ("cli_spec_" + std::to_string(::getpid()));
    EXPECT_TRUE(base::make_directories(folder_).has_value());
    probe_->container = "mov";
    probe_->duration = 20;
    probe::VideoStream video;
    video.codec = "h264";
    video.width = 1280;
    video.height = 720;
    video.frame_rate = video.average_frame_rate = {25, 1};
    video.pixel_format = "yuv420p";
    probe_->video = {video};
    probe::AudioStream audio;
    audio.index = 1;
    audio.codec = "aac";
    audio.sample_rate = 48'000;
    audio.channels = 2;
    probe_->audio = {audio};
  }
  ~SpecTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    EXPECT_TRUE(base::write_file_durably(folder_ / name, text).has_value());
    return (folder_ / name).string();
  }

  base::Path folder_;
};

constexpr const char* kLadder = "input: in.mov\nladder: hls-h264\noutput: out\n";
constexpr const char* kRaw =
    "inputs: {film: film.mkv}\n"
    "tasks:\n"
    "  - {key: cut, args: \"-ss 1 -i {input.film} -c copy {output.clip.mkv}\"}\n"
    "  - {key: poster, needs: [cut], args: [-i, \"{task.cut.clip.mkv}\", "
    "-metadata, title=a b, \"{output.a.jpg}\"]}\n"
    "output: out/\n";

TEST_F(SpecTest, CheckAcceptsASoundSpec) {
  const std::string file = write("a.yaml", kLadder);
  EXPECT_EQ(run({"spec", "check", file}), ExitCode::done);
  EXPECT_EQ(out(), file + ": no faults\n");
  EXPECT_EQ(run({"spec", "check", file, "--json"}), ExitCode::done);
  EXPECT_TRUE(base::bool_or(record(), "is_valid"));
  EXPECT_EQ(base::array_or(base::object_or(record(), "spec"), "renditions").size(), 5U);
}

TEST_F(SpecTest, CheckListsEveryFault) {
  const std::string file =
      write("a.yaml", "input: in.mov\noutput: out\nlane: vodd\nrenditions: [{height: 721}]\n");
  EXPECT_EQ(run({"spec", "check", file}), ExitCode::spec_invalid);
  EXPECT_NE(out().find("a.yaml:3: lane"), std::string::npos) << out();
  EXPECT_NE(out().find("a.yaml:4: renditions[0].height"), std::string::npos) << out();
  EXPECT_EQ(run({"spec", "check", file, "--json"}), ExitCode::spec_invalid);
  EXPECT_EQ(base::array_or(record(), "faults").size(), 2U);
  EXPECT_TRUE(record()["spec"].is_null());
}

TEST_F(SpecTest, CheckSaysThatAFileIsNotThere) {
  EXPECT_EQ(run({"spec", "check", "no.yaml"}), ExitCode::input_missing);
  EXPECT_EQ(run({"spec", "check", folder_.string()}), ExitCode::state_failed);
  EXPECT_EQ(run({"spec", "check", "/dev/zero"}), ExitCode::spec_invalid) << "and it ends";
}

TEST_F(SpecTest, SchemaIsTheOneThatIsCheckedIn) {
  EXPECT_EQ(run({"spec", "schema"}), ExitCode::done);
  EXPECT_TRUE(out() ==
              base::read_file(submit::source_path("schemas/job-spec.schema.json")).value());
}

TEST_F(SpecTest, PlanShowsTheTasksOfALadder) {
  EXPECT_EQ(run({"spec", "plan", write("a.yaml", kLadder)}), ExitCode::done) << err();
  EXPECT_EQ(probed_, (std::vector<std::string>{"/srv/jane/dir/in.mov"}));
  std::vector<std::string> heads;
  for (const std::string& line : base::split(out(), '\n'))
    if (!line.empty() && line.front() != ' ') heads.push_back(line.substr(0, line.find(", about")));
  EXPECT_EQ(heads,
            (std::vector<std::string>{"probe: probe", "720p: encode, after probe",
                                      "480p: encode, after probe", "360p: encode, after probe",
                                      "240p: encode, after probe", "audio: encode, after probe",
                                      "manifest: manifest, after 720p, 480p, 360p, 240p and audio",
                                      "publish: deliver, after manifest", "notes"}));
}

TEST_F(SpecTest, PlanPrintsCommandLinesThatAShellReadsBack) {
  const std::string file = write("raw.yaml", kRaw);
  EXPECT_EQ(run({"spec", "plan", file}), ExitCode::done) << err();
  EXPECT_TRUE(probed_.empty()) << "raw tasks need no probe";
  const std::size_t start = out().rfind("    ffmpeg -nostdin");
  ASSERT_NE(start, std::string::npos) << out();
  const std::string line = out().substr(start, out().find('\n', start) - start);
  const auto words = submit::split_command_line(line);
  ASSERT_TRUE(words.has_value());
  EXPECT_EQ(words->at(words->size() - 2), "title=a b");
}

TEST_F(SpecTest, PlanIsJsonOrDotIfAskedFor) {
  const std::string file = write("raw.yaml", kRaw);
  EXPECT_EQ(run({"spec", "plan", file, "--format", "dot"}), ExitCode::done);
  EXPECT_NE(out().find("\"cut\" -> \"poster\";"), std::string::npos) << out();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"spec", "plan", file, "--format=json"},
        std::vector<std::string>{"spec", "plan", file, "--json"}}) {
    EXPECT_EQ(run(words), ExitCode::done);
    const auto tasks = base::array_or(record(), "tasks");
    ASSERT_EQ(tasks.size(), 4U);
    EXPECT_TRUE(tasks[0].at("argv").is_null());
    EXPECT_EQ(tasks[1].at("argv").at(0), "ffmpeg");
  }
}

TEST_F(SpecTest, PlanEndsAsTheInputDeserves) {
  const std::string file = write("a.yaml", kLadder);
  probe_->video.clear();
  EXPECT_EQ(run({"spec", "plan", file}), ExitCode::input_invalid);
  probe_ = base::fail(base::ErrorCode::input_not_found, "in.mov is not there");
  EXPECT_EQ(run({"spec", "plan", file}), ExitCode::input_missing);
  EXPECT_EQ(run({"spec", "plan", write("b.yaml", "lane: vodd\n")}), ExitCode::spec_invalid);
}

}  // namespace
}  // namespace mpegflow::cli
