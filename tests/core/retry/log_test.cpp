#include "core/retry/log.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> texts;
  for (const encode::StderrLine& line : read_log(text).lines) texts.push_back(line.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Log, CutsTheBanner) {
  EXPECT_EQ(
      texts_of("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers\n"
               "  built with gcc 12 (Debian 12.2.0-14)\n"
               "  configuration: --enable-nvenc --enable-libfontconfig\n"
               "  libavutil      57. 28.100 / 57. 28.100\n"
               "in.mp4: No such file or directory\n"),
      (Texts{"in.mp4: No such file or directory"}));
}

TEST(Log, TellsStatusLinesFromMessagesBehindThem) {
  const Log log = read_log(
      "frame=   10 fps=0.0 q=0.0 size=0kB time=00:00:01.50 bitrate=0.0kbits/s speed=2x    \r"
      "frame=   20 fps=0.0 q=0.0 size=0kB time=00:00:02.50 bitrate=0.0kbits/s speed=2x    Oh no\n");
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.lines[0].text, "Oh no");
  EXPECT_EQ(log.last_frame, 20);
  EXPECT_EQ(log.status_seconds, 2.5);
}

TEST(Log, FoldsWhatDiffersInNumbersAlone) {
  const Log log = read_log(
      "[h264 @ 0x1] error while decoding MB 1 2\n[h264 @ 0x1] other\n"
      "[h264 @ 0x1] error while decoding MB 3 44\n"
      "    Last message repeated 3 times\n");
  ASSERT_EQ(log.lines.size(), 2U);
  EXPECT_EQ(log.lines[0].number, 1);
  EXPECT_EQ(log.lines[0].times, 5);
}

TEST(Log, ReadsWhatPeoplePaste) {
  const Texts expected{"Unknown encoder 'x'"};
  EXPECT_EQ(texts_of("2024-01-01 12:00:00,123 Unknown encoder 'x'\r\n"), expected);
  EXPECT_EQ(texts_of("[2024-01-01T12:00:00.123Z] [error] Unknown encoder 'x'\n"), expected);
  EXPECT_EQ(texts_of("2024-01-01T12:00:00Z stderr F Unknown encoder 'x'\n"), expected);
  EXPECT_EQ(texts_of("Jan  1 12:00:00 host ffmpeg[77]: [fatal] Unknown encoder 'x'\n"), expected);
  EXPECT_EQ(texts_of("[12:00:00] Unknown encoder 'x'\n"), expected);
  EXPECT_EQ(texts_of("> Unknown encoder 'x'\n"), expected);
  EXPECT_EQ(texts_of("\x1b[4;31mUnknown encoder 'x'\x1b[0m\n"), expected);
}

TEST(Log, KeepsTheInnermostContextThatSaysSomething) {
  const Log log = read_log(
      "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] a\n"
      "[Parsed_scale_0 @ 0x3] [Eval @ 0x4] b\n");
  EXPECT_EQ(log.lines.at(0).context, "dec:h264");
  EXPECT_EQ(log.lines.at(1).context, "Parsed_scale_0");
}

TEST(Log, SeesWhatTheInputHas) {
  const Log log = read_log(
      "Input #0, mov,mp4, from 'x':\n  Duration: 01:00:04.50, start: 0\n"
      "  Stream #0:0: Video: h264\nStream mapping:\n"
      "  Stream #0:1: Audio: aac\n");
  EXPECT_TRUE(log.has_input);
  EXPECT_TRUE(log.has_video);
  EXPECT_FALSE(log.has_audio);
  EXPECT_EQ(log.mapping_line, 4);
  EXPECT_EQ(log.input_format, "mov,mp4");
  EXPECT_EQ(log.input_seconds, 3604.5);
}

TEST(Log, KeepsBothEndsOfAFlood) {
  std::string flood = "first\n";
  for (int i = 0; i < 30'000; ++i) {
    std::string word;
    for (int rest = i; rest > 0; rest /= 26) word += static_cast<char>('a' + rest % 26);
    flood += "kind " + word + "\n";
  }
  const Log log = read_log(flood + "last\n");
  EXPECT_LE(log.lines.size(), 8000U);
  EXPECT_EQ(log.lines.front().text, "first");
  EXPECT_EQ(log.lines.back().text, "last");
}

}  // namespace
}  // namespace mpegflow::retry
