#include "core/command/two_passes.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

using Words = std::vector<std::string>;

TEST(TwoPasses, TheFirstLeavesItsLogAlone) {
  const Words words = {"ffmpeg", "-i", "a", "-b:v", "1M", "b.mp4"};
  EXPECT_EQ(make_two_passes(words, OptionTable()).value(),
            (Words{"ffmpeg", "-i",  "a",    "-b:v", "1M",        "-pass", "1",
                   "-an",    "-sn", "-f",   "null", "/dev/null", "&&",    "ffmpeg",
                   "-i",     "a",   "-b:v", "1M",   "-pass",     "2",     "b.mp4"}));
}

TEST(TwoPasses, OnlyOfOneOutput) {
  EXPECT_FALSE(make_two_passes(Words{"ffmpeg", "-i", "a", "b.mp4", "c.mp4"}, OptionTable()));
  EXPECT_FALSE(make_two_passes(Words{"ffmpeg", "-i", "a", "-pass", "1", "b.mp4"}, OptionTable()));
}

}  // namespace
}  // namespace mpegflow::command
