#include "core/plan/requirements.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

using queue::Requirements;

Requirements find_in(std::vector<std::string> options) {
  std::vector<std::string> argv = {"ffmpeg", "-i", "in/main.mp4"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.emplace_back("out/a.mp4");
  return find_requirements(argv);
}

TEST(PlanRequirements, AreEncodersOfHardwareAndOfRareLibraries) {
  EXPECT_EQ(find_in({"-c:v", "h264_nvenc"}), Requirements{"encoder:h264_nvenc"});
  EXPECT_EQ(find_in({"-c:a", "libfdk_aac", "-c:v", "hevc_vaapi"}),
            (Requirements{"encoder:hevc_vaapi", "encoder:libfdk_aac"}));
}

TEST(PlanRequirements, AreNothingThatEveryWorkerHas) {
  EXPECT_EQ(find_in({"-c:v", "libx264", "-c:a", "aac", "-vf", "scale=640:-2,format=yuv420p"}),
            Requirements{});
  EXPECT_EQ(find_in({"-c", "copy"}), Requirements{});
  EXPECT_EQ(find_in({"-c:v", "libx265", "-c:a", "flac"}), Requirements{});
}

TEST(PlanRequirements, AreFiltersThatABuildMayLack) {
  EXPECT_EQ(find_in({"-vf", "scale=640:-2,drawtext=text='a,b':fontsize=20"}),
            Requirements{"filter:drawtext"});
  EXPECT_EQ(find_in({"-filter_complex", "[0:v]hwupload_cuda,scale_cuda=640:-2[v]"}),
            (Requirements{"filter:hwupload_cuda", "filter:scale_cuda"}));
  EXPECT_EQ(find_in({"-filter:a:0", "rubberband=tempo=1.1"}), Requirements{"filter:rubberband"});
}

/// Somebody has to mend the job, not a worker.
TEST(PlanRequirements, AreNoSlipsOfThePen) {
  EXPECT_EQ(find_in({"-c:v", "libx246", "-vf", "scall=1:1"}), Requirements{});
  EXPECT_EQ(find_in({"-c:v", "h264"}), Requirements{}) << "FFmpeg chooses one";
  EXPECT_EQ(find_in({"-vf"}), Requirements{});
}

TEST(PlanRequirements, AreNotTheDecoderOfAnInput) {
  EXPECT_EQ(find_requirements({"ffmpeg", "-c:v", "h264_cuvid", "-i", "a.mp4", "b.mp4"}),
            Requirements{});
}

}  // namespace
}  // namespace mpegflow::plan
