#include "core/encode/needed_encoders.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

using Names = std::set<std::string>;

TEST(NeededEncoders, AreThoseThatTheCommandNames) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "-c:v:0", "h264_nvenc", "-acodec",
                                  "aac", "-codec:s", "mov_text", "out.mp4"}),
            (Names{"aac", "h264_nvenc", "mov_text"}));
}

TEST(NeededEncoders, AreNoDecodersAndNoCopies) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-c:v", "h264_cuvid", "-i", "a", "-vcodec", "av1", "-i",
                                  "b", "-c", "copy", "-c:a", "libopus", "out.webm"}),
            Names{"libopus"});
}

TEST(NeededEncoders, AreNotToldOfACommandThatLeavesThemToFfmpeg) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "out.mp4"}), Names{});
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "-c:v"}), Names{});
  EXPECT_EQ(find_needed_encoders({}), Names{});
}

}  // namespace
}  // namespace mpegflow::encode
