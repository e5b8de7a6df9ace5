#include <filesystem>

#include <unistd.h>

#include "cli/cli_fixture.h"
#include "cli/exit_codes.h"

namespace mpegflow::cli {
namespace {

class PresetTest : public CliTest {
 protected:
  PresetTest() {
    folder_ = base::Path(testing::TempDir()) / ("cli_preset_" + std::to_string(::getpid()));
    EXPECT_TRUE(base::make_directories(folder_).has_value());
    context_.environment["MPEGFLOW_PRESETS"] = folder_.string();
  }
  ~PresetTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    EXPECT_TRUE(base::write_file_durably(folder_ / name, text).has_value());
    return (folder_ / name).string();
  }

  static constexpr const char* kTalks =
      "preset: talks\nversion: 1\ndescription: Slides and a voice\n"
      "renditions: [{height: 720, crf: 28}]\n";
  base::Path folder_;
};

TEST_F(PresetTest, ListShowsTheBuiltInOnesAndTheUsersOwn) {
  write("talks@1.yaml", kTalks);
  write("bad@1.yaml", "preset: bad\n");
  write("notes.txt", "no preset");
  EXPECT_EQ(run({"preset", "list"}), ExitCode::done) << err();
  EXPECT_NE(out().find("hls-h264@1"), std::string::npos) << out();
  EXPECT_NE(out().find("talks@1"), std::string::npos) << out();
  EXPECT_NE(out().find("at fault"), std::string::npos) << out();
  EXPECT_EQ(out().find("notes"), std::string::npos) << out();
  EXPECT_EQ(run({"preset", "list", "--json"}), ExitCode::done);
  const auto presets = base::array_or(record(), "presets");
  ASSERT_GE(presets.size(), 3U);
  EXPECT_EQ(presets.back().at("preset"), "talks");
  EXPECT_EQ(presets.back().at("origin"), "talks@1.yaml");
}

TEST_F(PresetTest, ListNeedsNoFolder) {
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(run({"preset", "list"}), ExitCode::done) << err();
}

TEST_F(PresetTest, ShowPrintsThePresetAsItIsWritten) {
  write("talks@1.yaml", kTalks);
  EXPECT_EQ(run({"preset", "show", "talks"}), ExitCode::done) << err();
  EXPECT_NE(out().find("# talks@1, talks@1.yaml\n# sha256 "), std::string::npos) << out();
  EXPECT_NE(out().find(kTalks), std::string::npos) << out();
  EXPECT_EQ(run({"preset", "show", "hls-h264@1", "--json"}), ExitCode::done);
  const auto preset = base::object_or(record(), "preset");
  EXPECT_EQ(base::int_or(preset, "version"), 1);
  EXPECT_EQ(base::array_or(base::object_or(preset, "settings"), "renditions").size(), 5U);
  EXPECT_EQ(run({"preset", "show", "tolks"}), ExitCode::input_missing);
  EXPECT_NE(err().find("did you mean \"talks\"?"), std::string::npos) << err();
}

TEST_F(PresetTest, CheckListsEveryFault) {
  EXPECT_EQ(run({"preset", "check", write("talks@1.yaml", kTalks)}), ExitCode::done) << err();
  EXPECT_NE(out().find("no faults; it is talks@1, sha256 "), std::string::npos) << out();
  const std::string bad = write("talks@2.yaml", std::string(kTalks) + "inputs: [a]\n");
  EXPECT_EQ(run({"preset", "check", bad}), ExitCode::spec_invalid);
  EXPECT_NE(out().find("talks@2.yaml:5: inputs: "), std::string::npos) << out();
  EXPECT_EQ(run({"preset", "check", bad, "--json"}), ExitCode::spec_invalid);
  EXPECT_FALSE(base::bool_or(record(), "is_valid", true));
  EXPECT_EQ(run({"preset", "check", "no.yaml"}), ExitCode::input_missing);
}

TEST_F(PresetTest, SpecsAndRunsKnowThem) {
  write("talks@1.yaml", kTalks);
  const std::string spec = write("job.spec", "input: a.mov\nladder: talks\noutput: o\n");
  EXPECT_EQ(run({"spec", "check", spec, "--json"}), ExitCode::done) << out();
  EXPECT_EQ(base::text_or(base::object_or(record(), "spec"), "ladder"), "talks@1");
  context_.check_sandbox = [](const Config&) -> base::Result<void> { return {}; };
  EXPECT_EQ(run({"run", "--ladder", "tolks", "a.mov", "-o", "o"}), ExitCode::usage);
  EXPECT_NE(err().find("did you mean \"talks\"?"), std::string::npos) << err();
}

}  // namespace
}  // namespace mpegflow::cli
