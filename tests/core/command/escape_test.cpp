#include "core/command/escape.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(Escape, BackslashesAndQuotesGoLevelByLevel) {
  const std::string argument = R"(  a\:b'c:d' \ e :rest)";
  std::size_t at = 0;
  const MarkedText token = take_token(MarkedText(argument), at, ":");
  EXPECT_EQ(token.text(), "a:bc:d  e");
  EXPECT_EQ(argument.substr(at), ":rest");
  EXPECT_EQ(argument.substr(token.begin(), token.end() - token.begin()), R"(a\:b'c:d' \ e)");
}

TEST(Escape, WhiteSpaceStaysOnlyWhereItIsProtected) {
  std::size_t at = 0;
  EXPECT_EQ(take_token(MarkedText("x \t\n"), at, ":").text(), "x");
  at = 0;
  EXPECT_EQ(take_token(MarkedText("'x '  "), at, ":").text(), "x ");
}

TEST(Escape, PlaceSurvivesTwoLevels) {
  const std::string argument = R"(f=a\\:b.srt)";
  std::size_t at = 0;
  const MarkedText once = take_token(MarkedText(argument), at, ",");
  const auto options = split_options(once, ":");
  ASSERT_EQ(options.size(), 1U);
  EXPECT_EQ(options[0].key, "f");
  EXPECT_EQ(options[0].value.text(), "a:b.srt");
  EXPECT_EQ(options[0].value.begin(), 2U);
  EXPECT_EQ(options[0].value.end(), argument.size());
}

TEST(Escape, OptionsMayHaveNoKeys) {
  const auto options = split_options(MarkedText("a.srt:si=1: x = 2"), ":");
  ASSERT_EQ(options.size(), 3U);
  EXPECT_EQ(options[0].key, "");
  EXPECT_EQ(options[1].key, "si");
  EXPECT_EQ(options[2].key, "x");
  EXPECT_EQ(options[2].value.text(), "2");
}

TEST(Escape, OptionsEndWhereTheyShould) {
  const MarkedText text("f=mp4:select='v]a']rest");
  std::size_t at = 0;
  const auto options = take_options(text, at, ":", ']');
  ASSERT_EQ(options.size(), 2U);
  EXPECT_EQ(options[1].value.text(), "v]a");
  EXPECT_EQ(text.text().substr(at), "]rest");
}

}  // namespace
}  // namespace mpegflow::command
