#include "worker/hardware_encoders.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/scripted_process.h"
#include "support/temporary_folder.h"
#include "worker/host_facts.h"

namespace mpegflow::worker {
namespace {

using Names = std::set<std::string>;

struct WorkingEncoders : testing::Test {
  WorkingEncoders() {
    encoder.ffmpeg = "/usr/bin/ffmpeg";
    encoder.encoders = {"aac", "h264_nvenc", "h264_vaapi", "libx264"};
  }
  Names find() {
    return find_working_encoders(encoder, processes, root.path() / "tries", root.path());
  }
  void put_device(const std::string& name) {
    ASSERT_TRUE(base::make_directories((root.path() / name).parent_path()));
    ASSERT_TRUE(base::write_file_durably(root.path() / name, ""));
  }

  test::TemporaryFolder root;
  test::ScriptedProcessRunner processes;
  Encoder encoder;
};

TEST_F(WorkingEncoders, OfHardwareAreNotTriedWithoutADevice) {
  EXPECT_EQ(find(), (Names{"aac", "libx264"}));
  EXPECT_TRUE(processes.specs().empty());
}

TEST_F(WorkingEncoders, OfHardwareAreThoseThatEncodeAFrame) {
  put_device("dev/nvidia0");
  processes.when(test::has_argument("h264_nvenc"), test::ScriptedProcess{});
  test::ScriptedProcess fails;
  fails.result.exit_code = 1;
  processes.when(test::has_argument("h264_vaapi"), fails);
  EXPECT_EQ(find(), (Names{"aac", "h264_nvenc", "libx264"}));
  EXPECT_EQ(processes.specs().size(), 2U) << "the others are taken at their word";
  EXPECT_FALSE(std::filesystem::exists(root.path() / "tries"));
}

TEST_F(WorkingEncoders, OfHardwareThatCannotEvenBeTriedAreNone) {
  put_device("dev/video11");
  EXPECT_EQ(find(), (Names{"aac", "libx264"}));
}

TEST_F(WorkingEncoders, AreToldByARunWithTheFiltersThatNotEveryFfmpegHas) {
  if (has_encoding_device()) GTEST_SKIP() << "this machine has one";
  encoder.filters = {"scale", "drawtext", "scale_cuda"};
  EXPECT_EQ(base::to_canonical_json(
                find_rare_facts(encoder, processes, root.path() / "questions", Fonts::not_asked)),
            R"({"encoders":["aac","libx264"],"filters":["drawtext"]})");
}

}  // namespace
}  // namespace mpegflow::worker
