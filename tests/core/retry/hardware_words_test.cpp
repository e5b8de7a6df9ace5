#include "core/retry/hardware_words.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

std::string_view idle(std::string_view context, std::string_view text) {
  return find_hardware_reason(context, text, false);
}

TEST(HardwareWords, KnowWrappersByTheirNames) {
  EXPECT_EQ(idle("av1_nvenc", "Something new failed"), "gpu_unavailable");
  EXPECT_EQ(idle("h264_mf", "could not create MFT"), "gpu_unavailable");
  EXPECT_EQ(idle("Parsed_scale_vaapi_0", "Failed to make an image"), "gpu_unavailable");
  EXPECT_EQ(idle("libx264", "Something new failed"), "");
}

TEST(HardwareWords, KnowADecoderThatUsesHardwareByWhatItNames) {
  EXPECT_EQ(idle("h264", "Failed to create decode context: 2 (no luck)"), "gpu_unavailable");
  EXPECT_EQ(idle("hevc", "Failed to get the D3D12 device"), "gpu_unavailable");
  EXPECT_EQ(idle("dec:vp9", "Hardware decoding of this went wrong"), "gpu_unavailable");
  EXPECT_EQ(idle("h264", "error while decoding MB 1 2"), "");
  EXPECT_EQ(idle("h264", "cannot read /media/cuda.mp4"), "") << "a file, no interface";
}

TEST(HardwareWords, KnowADeviceThatIsSetUp) {
  EXPECT_TRUE(names_device("Device creation failed: -12."));
  EXPECT_TRUE(
      names_device("Failed to set value 'x' for option 'init_hw_device': Input/output error"));
  EXPECT_FALSE(names_device("Failed to set value 'x' for option 'map': Invalid argument"));
}

TEST(HardwareWords, TellWhatIsWrongWithIt) {
  EXPECT_EQ(idle("h264_nvenc", "maximum number of sessions exceeded"), "gpu_session_limit");
  EXPECT_EQ(idle("AVHWDeviceContext", "Out of video memory"), "gpu_out_of_memory");
  EXPECT_EQ(idle("AVHWDeviceContext", "The kernel module is too old"), "gpu_driver_mismatch");
  EXPECT_EQ(idle("hevc_qsv", "This profile is not supported"), "gpu_capability_missing");
  EXPECT_EQ(find_hardware_reason("hevc_qsv", "Error 5", true), "gpu_fault");
}

}  // namespace
}  // namespace mpegflow::retry
