#include "core/command/address.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string in_words(std::string_view name, Direction direction = Direction::in) {
  const auto address = read_address(MarkedText(name), direction);
  if (!address) return std::string(to_word(address.error().code));
  std::string text;
  for (const MarkedText& file : address->files) text += (text.empty() ? "" : "|") + file.text();
  return address->kind == AddressKind::null_sink ? "null" : text;
}

TEST(Address, FilesAreFoundInWhateverTheyAreWrappedIn) {
  EXPECT_EQ(in_words("a.mp4"), "a.mp4");
  EXPECT_EQ(in_words("file:a:b.mp4"), "a:b.mp4");
  EXPECT_EQ(in_words("concat:a.ts|file:b.ts"), "a.ts|b.ts");
  EXPECT_EQ(in_words("subfile,,start,1,end,2,,:a.vob"), "a.vob");
  EXPECT_EQ(in_words("C:\\x\\y.mp4"), "C:\\x\\y.mp4");
  EXPECT_EQ(in_words("12:30.mp4x"), "unknown_protocol");
  EXPECT_EQ(in_words("a_12:30.mp4"), "a_12:30.mp4");
}

TEST(Address, OneProtocolWithinAnother) {
  EXPECT_EQ(in_words("crypto+file:a.ts"), "a.ts");
  EXPECT_EQ(in_words("async:cache:https://x/y"), "https://x/y");
  EXPECT_EQ(in_words("hls+https://x/y.m3u8"), "hls+https://x/y.m3u8");
  EXPECT_TRUE(read_address(MarkedText("concatf:l.txt"), Direction::in)->is_list);
}

TEST(Address, SlashesBeforeAnAbsoluteNameAreOne) {
  const auto address = read_address(MarkedText("file:///a/b.mp4"), Direction::in);
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->files.at(0).text(), "/a/b.mp4");
  EXPECT_EQ(address->files.at(0).begin(), 5U);  // with the two that go
}

TEST(Address, WhatIsNoFileHasItsCode) {
  EXPECT_EQ(in_words("-"), "pipe");
  EXPECT_EQ(in_words("pipe:0"), "pipe");
  EXPECT_EQ(in_words("/dev/stdin"), "pipe");
  EXPECT_EQ(in_words("/dev/video0"), "device");
  EXPECT_EQ(in_words("/dev/null", Direction::out), "null");
  EXPECT_EQ(in_words("rtmp://x/y"), "live_address");
  EXPECT_EQ(in_words("rtmp://x/y", Direction::out), "network_output");
  EXPECT_EQ(in_words("https://x/y"), "https://x/y");
  EXPECT_EQ(in_words("https://x/y", Direction::out), "network_output");
  EXPECT_EQ(in_words("sftp://x/y"), "network_input");
  EXPECT_EQ(in_words(""), "unclear_file");
}

TEST(Address, LeftoversOfShellsAreNoNames) {
  for (const char* name : {"$1", "${f%.mp4}.mkv", "a$(date).mp4", "%~n1.mp4", "%%i", "%1", "%IN%"})
    EXPECT_EQ(in_words(name), "shell_variable") << name;
  for (const char* name :
       {"a%03d.png", "cost 5$.mp4", "c-$Number%05d$.m4s", "100%.mp4", "%Y-%m.ts"})
    EXPECT_EQ(in_words(name), name);
  EXPECT_EQ(in_words("\u201ca.mp4\u201d"), "typographic");
}

TEST(Address, PartsOfNames) {
  EXPECT_TRUE(has_number_pattern("a%d.png"));
  EXPECT_FALSE(has_number_pattern("100%.png"));
  EXPECT_EQ(extension_of("a.b/C.MP4"), "mp4");
  EXPECT_EQ(extension_of("a.b/c"), "");
  EXPECT_EQ(folder_of("a/b/c.ts"), "a/b/");
  EXPECT_EQ(folder_of("c.ts"), "");
}

}  // namespace
}  // namespace mpegflow::command
