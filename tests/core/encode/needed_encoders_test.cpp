#include "core/encode/needed_encoders.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

using Codecs = std::set<std::string>;

TEST(NeededEncoders, AreThoseThatTheCommandNames) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "-c:v:0", "h264_nvenc", "-acodec",
                                  "aac", "-codec:s", "mov_text", "out.mp4"}),
            (Codecs{"aac", "h264_nvenc", "mov_text"}));
}

TEST(NeededEncoders, AreNoDecodersAndNoCopies) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-c:v", "h264_cuvid", "-i", "a", "-vcodec", "av1", "-i",
                                  "b", "-c", "copy", "-c:a", "libopus", "out.webm"}),
            Codecs{"libopus"});
}

TEST(NeededEncoders, AreNotToldOfACommandThatLeavesThemToFfmpeg) {
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "out.mp4"}), Codecs{});
  EXPECT_EQ(find_needed_encoders({"ffmpeg", "-i", "in.mp4", "-c:v"}), Codecs{});
  EXPECT_EQ(find_needed_encoders({}), Codecs{});
}

TEST(NeededDecoders, StandBeforeAnInput) {
  EXPECT_EQ(find_needed_decoders({"ffmpeg", "-c:v", "h264_cuvid", "-i", "a", "-vcodec", "av1", "-i",
                                  "b", "-c:v", "libx264", "c"}),
            (Codecs{"av1", "h264_cuvid"}));
  EXPECT_EQ(find_needed_decoders({"ffmpeg", "-i", "a", "-c:v", "libx264", "c"}), Codecs{});
}

}  // namespace
}  // namespace mpegflow::encode
