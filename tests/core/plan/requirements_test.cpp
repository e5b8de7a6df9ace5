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

TEST(PlanRequirements, AreDecodersThatAreNamedBeforeAnInput) {
  EXPECT_EQ(find_requirements({"ffmpeg", "-c:v", "h264_cuvid", "-i", "a.mp4", "b.mp4"}),
            Requirements{"decoder:h264_cuvid"});
  EXPECT_EQ(find_requirements({"ffmpeg", "-c:v", "h264", "-i", "a.mp4", "b.mp4"}), Requirements{});
}

TEST(PlanRequirements, AreMuxersThatABuildMayLack) {
  EXPECT_EQ(find_in({"-f", "chromaprint", "out/print", "-c", "copy"}),
            Requirements{"muxer:chromaprint"});
  EXPECT_EQ(find_in({"out/a.avif"}), Requirements{"muxer:avif"});
  EXPECT_EQ(find_in({"-f", "mp4", "out/a.avif"}), Requirements{}) << "-f chooses";
}

TEST(PlanRequirements, AreFontsThatAreNamed) {
  EXPECT_EQ(find_in({"-vf", "drawtext=text=a:font=Noto Sans"}),
            (Requirements{"filter:drawtext", "font:Noto Sans"}));
  EXPECT_EQ(find_in({"-vf", "drawtext=text=a"}), Requirements{"filter:drawtext"});
}

TEST(PlanRequirements, AreTheDecoderOfWhatIsTaken) {
  probe::Probe source;
  source.video.emplace_back().codec = "av1";
  source.audio.emplace_back().index = 1;
  source.audio.back().codec = "aac";
  EXPECT_EQ(find_requirements_of_input({"ffmpeg", "-i", "a", "-map", "0:0", "b"}, source),
            Requirements{"decoder:libdav1d/libaom-av1"});
  EXPECT_EQ(find_requirements_of_input({"ffmpeg", "-i", "a", "-map", "0:1", "b"}, source),
            Requirements{});
  EXPECT_EQ(find_requirements_of_input({"ffmpeg", "-i", "a", "-map", "[v]", "b"}, source),
            Requirements{});
}

TEST(PlanRequirements, KeepWhatTheInputNeedsWhenTheCommandChanges) {
  const Requirements had = {"decoder:libdav1d/libaom-av1", "encoder:h264_nvenc"};
  EXPECT_EQ(change_command(had, {"ffmpeg", "-i", "a", "-c:v", "h264_nvenc", "b"},
                           {"ffmpeg", "-i", "a", "-c:v", "libx264", "b"}),
            Requirements{"decoder:libdav1d/libaom-av1"});
}

TEST(PlanRequirements, StayInTheSandboxWithAnotherCommand) {
  EXPECT_EQ(change_command({"encoder:h264_nvenc", "sandbox:on"},
                           {"ffmpeg", "-i", "a", "-c:v", "h264_nvenc", "b"},
                           {"ffmpeg", "-i", "a", "-c:v", "libx264", "b"}),
            Requirements{"sandbox:on"});
}

}  // namespace
}  // namespace mpegflow::plan
