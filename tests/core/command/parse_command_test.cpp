#include "core/command/parse_command.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

Outcome<ParsedCommand> parse(std::vector<std::string> words, BinaryOptions binary = {}) {
  return parse_command(words, OptionTable(std::move(binary)));
}

TEST(ParseCommand, OptionsBelongToTheNextFile) {
  const auto command = parse({"-y", "-ss", "1", "-i", "a.mp4", "-c:v:0", "libx264", "-an", "b.mp4",
                              "-vn", "c.mp3", "-shortest"});
  ASSERT_TRUE(command.has_value());
  ASSERT_EQ(command->inputs.size(), 1U);
  ASSERT_EQ(command->outputs.size(), 2U);
  EXPECT_EQ(command->inputs[0].value_of("ss"), "1");
  EXPECT_EQ(command->outputs[0].find("c")->specifier, "v:0");
  EXPECT_NE(command->outputs[0].find("an"), nullptr);
  EXPECT_EQ(command->outputs[1].find("an"), nullptr);
  EXPECT_EQ(command->globals.size(), 1U);
  EXPECT_EQ(command->trailing.size(), 1U);
}

TEST(ParseCommand, ValuesMayLookLikeOptions) {
  const auto command = parse({"-i", "-x.mp4", "-map", "-0:s", "-flags", "-loop", "--", "-out.mp4"});
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->inputs[0].name, "-x.mp4");
  EXPECT_EQ(command->outputs[0].value_of("map"), "-0:s");
  EXPECT_EQ(command->outputs[0].name, "-out.mp4");
}

TEST(ParseCommand, FlagsAndTheirNegativesTakeNoValue) {
  const auto command = parse({"-nostdin", "-noautorotate", "-i", "a", "-noaccurate_seek", "b.mp4"});
  ASSERT_TRUE(command.has_value());
  EXPECT_TRUE(command->globals[0].is_negated);
  EXPECT_EQ(command->outputs[0].name, "b.mp4");
}

TEST(ParseCommand, OldVersionsGiveSomeFlagsANumber) {
  EXPECT_EQ(parse({"-autorotate", "0", "-i", "a", "b.mp4"})->inputs.size(), 1U);
  EXPECT_EQ(parse({"-autorotate", "-i", "a", "b.mp4"})->inputs.size(), 1U);
}

TEST(ParseCommand, OptionsOfLibrariesTakeOneValue) {
  const auto command = parse({"-i", "a", "-crf", "20", "-b:v", "1M", "-vb", "2M", "b.mp4"});
  ASSERT_TRUE(command.has_value());
  EXPECT_TRUE(command->outputs[0].find("crf")->is_library);
  EXPECT_EQ(command->outputs[0].value_of("vb"), "2M");
}

TEST(ParseCommand, ValueFromAFileIsMarked) {
  const auto command = parse({"-i", "a", "-/filter:v", "f.txt", "b.mp4"});
  ASSERT_TRUE(command.has_value());
  EXPECT_TRUE(command->outputs[0].find("filter")->is_from_file);
}

TEST(ParseCommand, TheBinaryKnowsMore) {
  EXPECT_EQ(parse({"-brandnew", "x", "a.mp4"}).error().code, RefusalCode::unknown_option);
  EXPECT_EQ(parse({"-brandnew", "x", "a.mp4"}, {{{"brandnew", true}}, {}})->outputs.size(), 1U);
  EXPECT_EQ(parse({"-brandnew", "x.mp4", "a.mp4"}, {{{"brandnew", false}}, {}})->outputs.size(),
            2U);
  EXPECT_EQ(parse({"-newest", "1", "a.mp4"}, {{}, {"newest"}})->outputs.size(), 1U);
}

TEST(ParseCommand, RefusesWhatFfmpegWouldNotTake) {
  EXPECT_EQ(parse({"-i"}).error().code, RefusalCode::missing_value);
  EXPECT_EQ(parse({"a.mp4", "-crf"}).error().code, RefusalCode::missing_value);
  EXPECT_EQ(parse({"-version"}).error().code, RefusalCode::nothing_to_do);
  EXPECT_EQ(parse({"\u2013y", "a.mp4"}).error().code, RefusalCode::typographic);
  EXPECT_EQ(parse({"-vf", "\u2018null\u2019", "a.mp4"}).error().code, RefusalCode::typographic);
}

}  // namespace
}  // namespace mpegflow::command
