#include "cli/table.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/shell_quote.h"
#include "core/submit/command_line.h"

namespace mpegflow::cli {
namespace {

Table make_table() {
  Table table({{"NAME", Align::left, true}, {"N", Align::right}, {"STATE"}});
  table.add({"trailer-with-a-long-name.mov", "7", "running"});
  table.add({"a", "12345", "succeeded"});
  return table;
}

TEST(Table, AlignsColumnsAndLeavesNoBlanksAtTheEnd) {
  EXPECT_EQ(make_table().to_text(0),
            "NAME                              N  STATE\n"
            "trailer-with-a-long-name.mov      7  running\n"
            "a                             12345  succeeded\n");
}

TEST(Table, CutsOnlyWhatMayGiveWay) {
  EXPECT_EQ(make_table().to_text(30),
            "NAME              N  STATE\n"
            "trailer-wit…      7  running\n"
            "a             12345  succeeded\n");
  for (const std::string& line : base::split(make_table().to_text(5), '\n'))
    EXPECT_LE(count_columns(line), 8U + 2 + 5 + 2 + 9)
        << "too narrow is no reason to lose a number";
}

TEST(Table, CountsColumnsNotBytes) {
  EXPECT_EQ(count_columns("Größe"), 5U);
  EXPECT_EQ(count_columns("日本"), 4U);
  EXPECT_EQ(count_columns("e\u0301"), 1U);
  EXPECT_EQ(cut_to_columns("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_columns("日本語", 4), "日…");
  EXPECT_EQ(cut_to_columns("abc", 3), "abc");
  EXPECT_EQ(cut_to_columns("abc", 0), "");
}

TEST(Table, LetsNoEscapeSequenceThrough) {
  Table table({{"NAME"}});
  table.add(
      {"\x1b[31mred\n\x9b"
       "2J"});
  EXPECT_EQ(table.to_text(0), "NAME\n\\x1b[31mred\\n\\x9b2J\n");
  EXPECT_EQ(to_key_values({{"k", "\x1b"}, {"long", ""}}), "k     \\x1b\nlong  -\n");
}

TEST(ShellQuote, IsReadBackByAShellsRules) {
  const std::vector<std::string> words = {"ffmpeg",  "",   "a b", "it's",      "$x",        "-vf",
                                          "a=b:c,d", "\"", "*",   "tab\there", "new\nline", "\\"};
  EXPECT_EQ(quote_for_shell(std::span(words).first(3)), "ffmpeg '' 'a b'");
  EXPECT_EQ(submit::split_command_line(quote_for_shell(words)), words);
}

}  // namespace
}  // namespace mpegflow::cli
