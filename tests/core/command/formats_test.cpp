#include "core/command/formats.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(Formats, MuxerByNameOrByForce) {
  EXPECT_EQ(find_muxer("", "a.m3u8"), "hls");
  EXPECT_EQ(find_muxer("", "a.mpd"), "dash");
  EXPECT_EQ(find_muxer("", "a%d.PNG"), "image2");
  EXPECT_EQ(find_muxer("", "a.gif"), "gif");
  EXPECT_EQ(find_muxer("mp4", "a.mkv"), "mp4");
  EXPECT_EQ(find_muxer("", "noext"), "");
}

TEST(Formats, Devices) {
  EXPECT_TRUE(is_input_device("dshow"));
  EXPECT_TRUE(is_output_device("sdl"));
  EXPECT_FALSE(is_input_device("lavfi"));
  EXPECT_TRUE(is_image_extension("png"));
  EXPECT_FALSE(is_image_extension("mp4"));
}

}  // namespace
}  // namespace mpegflow::command
