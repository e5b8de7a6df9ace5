#include "core/plan/needed_device.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

TEST(NeededDevice, IsThatOfCodecsAndFiltersOfHardware) {
  EXPECT_TRUE(needs_device({"ffmpeg", "-i", "a", "-c:v", "h264_nvenc", "b"}));
  EXPECT_TRUE(needs_device({"ffmpeg", "-c:v", "hevc_cuvid", "-i", "a", "b"}));
  EXPECT_TRUE(needs_device({"ffmpeg", "-i", "a", "-vf", "hwupload,scale_vaapi=2:2", "b"}));
}

TEST(NeededDevice, IsOneThatTheCommandAsksFor) {
  EXPECT_TRUE(needs_device({"ffmpeg", "-hwaccel", "cuda", "-i", "a", "b"}));
  EXPECT_TRUE(needs_device({"ffmpeg", "-hwaccel:v", "auto", "-i", "a", "b"}));
  EXPECT_TRUE(needs_device({"ffmpeg", "-vaapi_device", "/dev/dri/renderD128", "-i", "a", "b"}));
  EXPECT_TRUE(needs_device({"ffmpeg", "-init_hw_device", "qsv=hw", "-i", "a", "b"}));
}

TEST(NeededDevice, IsNoneForSoftware) {
  EXPECT_FALSE(needs_device({"ffmpeg", "-i", "a", "-vf", "scale=2:2", "-c:v", "libx264", "b"}));
  EXPECT_FALSE(needs_device({"ffmpeg", "-hwaccel", "none", "-i", "a", "b"}));
  EXPECT_FALSE(needs_device({"ffmpeg", "-i", "a", "-c:a", "libfdk_aac", "-vf", "drawtext", "b"}));
  EXPECT_FALSE(needs_device({}));
}

}  // namespace
}  // namespace mpegflow::plan
