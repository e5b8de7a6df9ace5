#include "core/encode/stderr_lines.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

TEST(StderrLines, LeavesOutTheBanner) {
  const auto lines = read_stderr_lines(
      "ffmpeg version 5.1 Copyright (c) 2000-2022 the FFmpeg developers\n"
      "  built with gcc 12\n"
      "  configuration: --enable-nvenc --enable-fontconfig\n"
      "  libavutil      57. 28.100 / 57. 28.100\n"
      "in.mp4: No such file or directory\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "in.mp4: No such file or directory");
  EXPECT_EQ(lines[0].number, 5);
}

TEST(StderrLines, SplitsOffContexts) {
  const auto lines =
      read_stderr_lines("[vist#0:0/h264 @ 0x55aa] [dec:h264 @ 0x55bb] corrupt decoded frame\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].context, "vist#0:0/h264");
  EXPECT_EQ(lines[0].text, "corrupt decoded frame");
}

TEST(StderrLines, KeepsBracketsThatAreNoContext) {
  const auto lines = read_stderr_lines("[v]scale=1:1[out] is wrong\n");
  EXPECT_EQ(lines.at(0).text, "[v]scale=1:1[out] is wrong");
}

TEST(StderrLines, FoldsRepeats) {
  const auto lines = read_stderr_lines("bad thing\n    Last message repeated 4 times\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].times, 5);
}

TEST(StderrLines, LeavesOutStatusLinesThatAreMarkedWithTheirLevel) {
  const auto lines = read_stderr_lines(
      "[info] frame=   10 fps=0.0 size=       0kB time=00:00:00.40 bitrate=   0.9kbits/s\r"
      "[h264 @ 0x55] [error] bad\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "bad");
}

TEST(StderrLines, LeavesOutStatusLinesAndKeepsWhatFollowsThem) {
  const auto lines = read_stderr_lines(
      "frame=    1 fps=0.0 q=0.0 size=       0kB time=00:00:00.08 bitrate=N/A speed=  25x    \r"
      "frame=    2 fps=0.0 q=0.0 size=       0kB time=00:00:00.16 bitrate=N/A speed=  25x    "
      "Conversion failed!\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "Conversion failed!");
}

}  // namespace
}  // namespace mpegflow::encode
