#include "base/text.h"

#include <array>

#include <gtest/gtest.h>

namespace mpegflow::base {
namespace {

TEST(Text, FindsTheWordThatWasMeant) {
  constexpr std::array<std::string_view, 3> kWords = {"renditions", "output", "lane"};
  EXPECT_EQ(find_nearest_word("rendition", kWords), "renditions");
  EXPECT_EQ(find_nearest_word("ouptut", kWords), "output");
  EXPECT_EQ(find_nearest_word("something", kWords), std::nullopt);
}

TEST(Text, PrintsAnyBytesOnOneLine) {
  EXPECT_EQ(to_printable("a\nb\tc\r\x01"), "a\\nb\\tc\\r\\x01");
  EXPECT_EQ(to_printable("\xff\xc3\xa9"), "\\xff\xc3\xa9");
  EXPECT_EQ(to_printable("\xc2\x9b"), "\\xc2\\x9b") << "a C1 control character moves cursors";
}

TEST(Text, LowersLettersOfAsciiAlone) {
  EXPECT_EQ(to_lower("AbZ-9[\xc3\x84"), "abz-9[\xc3\x84");
}

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_valid_utf8("h\xc3\xa9 \xf0\x9f\x8e\xac"));
  for (const std::string_view bad :
       {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    EXPECT_FALSE(is_valid_utf8(bad)) << to_printable(bad);
}

TEST(Text, AnyPathComesBackFromItsFileUri) {
  std::string path = "/a b/%41\n";
  for (int byte = 1; byte < 256; ++byte) path += static_cast<char>(byte);
  EXPECT_EQ(parse_file_uri(to_file_uri(path)), path);
}

TEST(Text, RefusesWhatIsNoLocalFileUri) {
  EXPECT_EQ(parse_file_uri("file://localhost/a"), "/a");
  for (const std::string_view bad :
       {"/a", "http://a/b", "file://other/a", "file:///a%0", "file:///a%zz", "file:///a%00"})
    EXPECT_EQ(parse_file_uri(bad), std::nullopt) << bad;
}

TEST(Text, SplitsKeepingEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, TellsSizesToPeople) {
  EXPECT_EQ(to_human_bytes(999), "999 B");
  EXPECT_EQ(to_human_bytes(12'345'678), "12.3 MB");
  EXPECT_EQ(to_human_bytes(999'960), "1.0 MB");
}

TEST(EncodePercent, KeepsOnlyWhatMayStand) {
  EXPECT_EQ(encode_percent("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(encode_percent("a/b c%\xff\n"), "a%2Fb%20c%25%FF%0A");
  EXPECT_EQ(encode_percent("a/b c", "/"), "a/b%20c");
}

}  // namespace
}  // namespace mpegflow::base
