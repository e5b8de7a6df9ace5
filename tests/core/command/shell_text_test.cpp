#include "core/command/shell_text.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

using Words = std::vector<std::string>;

std::string shell_code_of(std::string_view text) {
  const auto commands = read_shell_text(text);
  return commands ? "taken" : std::string(to_word(commands.error().code));
}

TEST(ShellText, TakesAwayWhatIsForTheShell) {
  const auto commands = read_shell_text(
      "$ A=1 nice -n 5 /usr/bin/ffmpeg -i 'a b' \\\n \"c\\\"d\" 2>&1 | cat # done\n");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  ASSERT_EQ(commands->size(), 1U);
  EXPECT_EQ((*commands)[0].words, (Words{"-i", "a b", "c\"d"}));
  EXPECT_EQ((*commands)[0].environment[0].first, "A");
}

TEST(ShellText, WhateverOnlyReadsTheLogMayStandBehindIt) {
  EXPECT_EQ(shell_code_of("ffmpeg -i a -f null - 2>&1 | grep x | tail -1"), "taken");
  EXPECT_EQ(shell_code_of("ffmpeg -i a -f null - |& awk '/x/'"), "taken");
  EXPECT_EQ(shell_code_of("ffmpeg -i a -f null - 2>&1 | grep x | tee x.log"), "shell_pipe");
}

TEST(ShellText, ListsInBracesAreWordsOnlyForAShell) {
  EXPECT_EQ(shell_code_of("ffmpeg -i a_{1,2}.mp4 b.mp4"), "shell_glob");
  EXPECT_EQ(shell_code_of("ffmpeg -i a_{1..5}.mp4 b.mp4"), "shell_glob");
  EXPECT_EQ(shell_code_of("ffmpeg -i '{1,2}.mp4' {x}.mp4"), "taken");
}

TEST(ShellText, CommandsInARow) {
  const auto commands = read_shell_text("ffmpeg a && ffmpeg b\nffmpeg c; ffmpeg d &");
  ASSERT_TRUE(commands.has_value());
  ASSERT_EQ(commands->size(), 4U);
  EXPECT_FALSE((*commands)[0].follows_success);
  EXPECT_TRUE((*commands)[1].follows_success);
  EXPECT_FALSE((*commands)[2].follows_success);
}

TEST(ShellText, NotesAreOfTheCommandThatTheyStandBefore) {
  const auto commands = read_shell_text(
      "#!/bin/sh\n# a script\n# name: hd\nffmpeg a\n\n# name: sd\n# needs: hd, x\nffmpeg b\n"
      "ffmpeg c # needs: sd\n");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  ASSERT_EQ(commands->size(), 3U);
  EXPECT_EQ((*commands)[0].name, "hd");
  EXPECT_EQ((*commands)[1].name, "sd");
  EXPECT_EQ((*commands)[1].needs, (Words{"hd", "x"}));
  EXPECT_EQ((*commands)[2].name, "");
  EXPECT_EQ((*commands)[2].needs, (Words{"sd"}));
}

TEST(ShellText, WindowsKeepsItsBackslashes) {
  const auto commands = read_shell_text("C:\\bin\\ffmpeg.exe -i C:\\a\\b.mp4 ^\n \"D:\\c d.mkv\"");
  ASSERT_TRUE(commands.has_value());
  EXPECT_EQ((*commands)[0].words, (Words{"-i", "C:\\a\\b.mp4", "D:\\c d.mkv"}));
}

TEST(ShellText, RefusesWhatNeedsAShell) {
  EXPECT_EQ(shell_code_of("ffmpeg -i $IN out.mp4"), "shell_variable");
  EXPECT_EQ(shell_code_of("ffmpeg -i '$IN' out.mp4"), "taken");
  EXPECT_EQ(shell_code_of("ffmpeg -i \"`ls`\" out.mp4"), "shell_variable");
  EXPECT_EQ(shell_code_of("ffmpeg -i a out.mp4 > log"), "shell_redirect");
  EXPECT_EQ(shell_code_of("ffmpeg -i a - | mpv -"), "shell_pipe");
  EXPECT_EQ(shell_code_of("if true; then ffmpeg a; fi"), "shell_syntax");
  EXPECT_EQ(shell_code_of("ffmpeg a & ffmpeg b"), "shell_syntax");
  EXPECT_EQ(shell_code_of("ffmpeg 'a"), "shell_syntax");
  EXPECT_EQ(shell_code_of("sox a b"), "not_ffmpeg");
  EXPECT_EQ(shell_code_of(""), "not_ffmpeg");
}

TEST(ShellText, WordsThatAreCutAlready) {
  const Words words = {"ffmpeg", "-i", "$x y", "b.mp4", "&&", "ffmpeg", "-i", "c", "d.mp4", "2>&1"};
  const auto commands = read_words(words);
  ASSERT_TRUE(commands.has_value());
  ASSERT_EQ(commands->size(), 2U);
  EXPECT_EQ((*commands)[0].words, (Words{"-i", "$x y", "b.mp4"}));
  EXPECT_EQ((*commands)[1].words, (Words{"-i", "c", "d.mp4"}));
}

TEST(ShellText, NamesOfFfmpeg) {
  for (const char* name : {"ffmpeg", "/opt/ffmpeg", "ffmpeg.exe", "..\\ffmpeg.exe", "ffmpeg-6.1"})
    EXPECT_TRUE(is_ffmpeg_name(name)) << name;
  for (const char* name : {"ffprobe", "ffmpeg-normalize", "/ffmpeg/x"})
    EXPECT_FALSE(is_ffmpeg_name(name)) << name;
}

}  // namespace
}  // namespace mpegflow::command
