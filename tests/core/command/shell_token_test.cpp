#include "core/command/shell_token.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string cut(std::string_view text) {
  const auto tokens = cut_shell_text(text);
  if (!tokens) return std::string(to_word(tokens.error().code));
  std::string shown;
  for (const ShellToken& token : *tokens)
    shown +=
        (token.kind == ShellToken::Kind::word ? "[" + token.text + "]" : "<" + token.text + ">");
  return shown;
}

TEST(ShellToken, Quotes) {
  EXPECT_EQ(cut("a'b c'\"d e\"\\ f ''"), "[ab cd e f][]");
  EXPECT_EQ(cut("\"a\\b\\\"\""), "[a\\b\"]");
  EXPECT_EQ(cut("a\\\nb c"), "[a][b][c]");
}

TEST(ShellToken, Operators) {
  EXPECT_EQ(cut("a&&b|c"), "[a]<&&>[b]<|>[c]");
  EXPECT_EQ(cut("a 2>&1 >b"), "[a]<2>&1><>>[b]");
  EXPECT_EQ(cut("a#b #c"), "[a#b]");
}

TEST(ShellToken, WordsOfOthers) {
  EXPECT_EQ(read_token("2>/dev/null").size(), 2U);
  EXPECT_EQ(read_token("&&")[0].kind, ShellToken::Kind::control);
  EXPECT_EQ(read_token("a>b")[0].kind, ShellToken::Kind::word);
  EXPECT_TRUE(read_token("\\").empty());
}

}  // namespace
}  // namespace mpegflow::command
