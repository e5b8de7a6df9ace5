#include <gtest/gtest.h>

#include "core/submit/command_line.h"
#include "core/submit/location.h"
#include "core/submit/placeholder.h"
#include "core/submit/quantity.h"

namespace mpegflow::submit {
namespace {

TEST(Quantity, ReadsBitRates) {
  EXPECT_EQ(parse_bit_rate("5M"), 5'000'000);
  EXPECT_EQ(parse_bit_rate("800k"), 800'000);
  EXPECT_EQ(parse_bit_rate("0.9M"), 900'000);
  EXPECT_EQ(parse_bit_rate("5.5 M"), 5'500'000);
  EXPECT_EQ(parse_bit_rate("128000"), 128'000);
  for (const char* bad : {"", "M", "5m", "5Mbit", "-5M", "+5M", "5.M", ".5M", "5  M", "1e6", "0x5",
                          "1234567890123456", "nan"})
    EXPECT_EQ(parse_bit_rate(bad), std::nullopt) << bad;
}

TEST(Quantity, ReadsByteSizes) {
  EXPECT_EQ(parse_byte_size("2GiB"), 2'147'483'648);
  EXPECT_EQ(parse_byte_size("500MB"), 500'000'000);
  EXPECT_EQ(parse_byte_size("64 KiB"), 65'536);
  EXPECT_EQ(parse_byte_size("2G"), std::nullopt) << "is it 10^9 or 2^30?";
  EXPECT_EQ(parse_byte_size("999999999999999TiB"), std::nullopt) << "does not fit";
}

TEST(Quantity, ReadsTimes) {
  EXPECT_EQ(parse_seconds("6s"), 6);
  EXPECT_EQ(parse_seconds("500ms"), 0.5);
  EXPECT_EQ(parse_seconds("90m"), 5400);
  EXPECT_EQ(parse_seconds("1.5h"), 5400);
  EXPECT_EQ(parse_seconds("6 sec"), std::nullopt);
}

TEST(CommandLine, IsSplitAsAShellDoes) {
  using Arguments = std::vector<std::string>;
  EXPECT_EQ(split_command_line("-i a.mov  -vf\tscale=1:2\n out"),
            (Arguments{"-i", "a.mov", "-vf", "scale=1:2", "out"}));
  EXPECT_EQ(split_command_line(R"(-t 'a "b" \c' "d 'e' \" \\ \n \$x")"),
            (Arguments{"-t", R"(a "b" \c)", R"(d 'e' " \ \n $x)"}));
  EXPECT_EQ(split_command_line("a\\ b c\\\nd e'f'\"g\""), (Arguments{"a b", "cd", "efg"}));
  EXPECT_EQ(split_command_line("'' \"\" a"), (Arguments{"", "", "a"}));
  EXPECT_EQ(split_command_line("$HOME * | # ~ `x`"),
            (Arguments{"$HOME", "*", "|", "#", "~", "`x`"}))
      << "nothing is expanded";
  EXPECT_EQ(split_command_line(" \n"), Arguments{});
  EXPECT_EQ(split_command_line("a \\\n b"), (Arguments{"a", "b"}));
}

TEST(CommandLine, RefusesQuotesThatDoNotEnd) {
  for (const char* bad : {"'a", "\"a", "a\\", "\"a\\\"", "'a\\'b'"})
    EXPECT_FALSE(split_command_line(bad)) << bad;
}

TEST(Placeholder, CutsAnArgument) {
  using Kind = ArgumentPart::Kind;
  EXPECT_EQ(split_argument("subtitles={input.subs}:x={task.cut.a.b.mp4}{output.o.mp4}"),
            (std::vector<ArgumentPart>{
                {Kind::literal, "subtitles=", "", "", ""},
                {Kind::input, "{input.subs}", "subs", "", ""},
                {Kind::literal, ":x=", "", "", ""},
                {Kind::task, "{task.cut.a.b.mp4}", "cut", "a.b.mp4", ""},
                {Kind::output, "{output.o.mp4}", "", "o.mp4", ""},
            }));
}

TEST(Placeholder, LeavesTheBracesOfFFmpegAlone) {
  for (const char* text : {"drawtext=%{pts}", "%{input.main}", "{", "}", "{}", "{{", "a{b}c",
                           "{x.y", "{ {", "{frame.number}"}) {
    const auto parts = split_argument(text);
    ASSERT_EQ(parts.size(), 1U) << text;
    EXPECT_EQ(parts[0].kind, ArgumentPart::Kind::literal) << text;
    EXPECT_EQ(parts[0].text, text);
  }
}

TEST(Placeholder, KnowsOnesThatAreMisspelt) {
  for (const char* text : {"{input}", "{input.}", "{input.a/b}", "{output.../x}", "{task.cut}",
                           "{task.cut.}", "{inputs.main}", "{outptu.x}"}) {
    const auto parts = split_argument(text);
    ASSERT_EQ(parts.size(), 1U) << text;
    EXPECT_EQ(parts[0].kind, ArgumentPart::Kind::malformed) << text;
  }
  EXPECT_EQ(split_argument("{inputs.main}")[0].nearest, "{input.main}");
  EXPECT_EQ(split_argument("{a{input.main}}")[1].key, "main");
}

TEST(Location, IsMadeAbsoluteWithoutResolvingLinks) {
  EXPECT_EQ(resolve_path("a/./b//c", "/w"), "/w/a/b/c");
  EXPECT_EQ(resolve_path("../a", "/w"), "/w/../a");
  EXPECT_EQ(resolve_path("/a/", "/w"), "/a/");
  EXPECT_EQ(resolve_path(".", "/w"), "/w/");
  EXPECT_EQ(resolve_path("/", "/w"), "/");
}

TEST(Location, SaysWhyItIsRefused) {
  const auto code = [](std::string_view text) {
    const auto uri = read_location(text, "/w", LocationUse::input);
    return uri ? "" : std::string(to_word(uri.error().code));
  };
  EXPECT_EQ(code("https://a/b.mp4"), "unsupported");
  EXPECT_EQ(code("S3://a/b.mp4"), "unsupported");
  EXPECT_EQ(code("file://host/b.mp4"), "malformed");
  EXPECT_EQ(code("file:///b%zz"), "malformed");
  EXPECT_EQ(code("file:///b%00"), "malformed");
  EXPECT_EQ(code(std::string_view("a\0b", 3)), "malformed");
  EXPECT_EQ(code("-"), "unsupported");
  EXPECT_EQ(code("./-"), "");
  EXPECT_EQ(code("a://"), "unsupported");
  EXPECT_EQ(code("1a://b"), "") << "no scheme begins with a digit";
}

}  // namespace
}  // namespace mpegflow::submit
