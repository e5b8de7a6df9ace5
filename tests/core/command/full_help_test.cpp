#include "core/command/full_help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr std::string_view kHelp =
    "Hyper fast Audio and Video encoder\n"
    "usage: ffmpeg [options] [[infile options] -i infile]... {[outfile options] outfile}...\n\n"
    "Getting help:\n    -h      -- print basic options\n\n"
    "Print help / information / capabilities:\n-L                  show license\n\n"
    "Global options (affect whole program instead of just one file):\n"
    "-loglevel loglevel  set logging level\n"
    "-y                  overwrite output files\n"
    "-filter_threads     number of non-complex filter threads\n"
    "-hide_banner hide_banner  do not show program banner\n\n"
    "Per-file main options:\n-f fmt              force format\n\n\n"
    "AVCodecContext AVOptions:\n"
    "  -b                 <int64>      E..VA...... set bitrate (in bits/s)\n"
    "  -flags             <flags>      ED.VAS..... (default 0)\n"
    "     unaligned                    .D.V....... allow decoders to produce unaligned output\n";

TEST(FullHelp, OptionsOfTheProgramAndOfItsLibraries) {
  const HelpOptions help = parse_full_help(kHelp);
  EXPECT_THAT(help.program, ElementsAre("loglevel", "y", "filter_threads", "hide_banner", "f"));
  EXPECT_THAT(help.library, ElementsAre("b", "flags"));
}

TEST(FullHelp, TheBinaryIsAskedForEveryOptionAtOnce) {
  EXPECT_THAT(make_arity_question(parse_full_help(kHelp)),
              ElementsAre("-v", "debug", "-max_error_rate", "x", "-y", ":", "-filter_threads", ":",
                          "-hide_banner", ":", "-f", ":"));
}

TEST(FullHelp, ItsLogSaysWhichOnesTookTheNextWord) {
  EXPECT_THAT(
      read_arity_answer(
          "Splitting the commandline.\n"
          "Reading option '-v' ... matched as option 'v' (set logging level) with argument "
          "'debug'.\n"
          "Reading option '-y' ... matched as option 'y' (overwrite output files) with argument "
          "'1'.\n"
          "Reading option ':' ... matched as output url.\n"
          "Reading option '-filter_threads' ... matched as option 'filter_threads' (number of "
          "non-complex filter threads) with argument ':'.\n"),
      ElementsAre(Pair("filter_threads", true), Pair("y", false)));
}

}  // namespace
}  // namespace mpegflow::command
