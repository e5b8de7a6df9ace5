#include "core/probe/ffprobe_command.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.h"

namespace mpegflow::probe {
namespace {

TEST(FormatWhitelist, HoldsNothingThatOpensOtherFiles) {
  const auto names = base::split(format_whitelist(), ',');
  for (const char* banned : {"hls", "dash", "concat", "sdp", "rtsp", "image2", "lavfi", "applehttp",
                             "imf", "vobsub", "tedcaptions", "tty", "ffmetadata"})
    EXPECT_EQ(std::count(names.begin(), names.end(), banned), 0) << banned;
  EXPECT_EQ(std::count(names.begin(), names.end(), "mov"), 1);
}

TEST(FfprobeArgv, ForcesTheContainerAndClosesTheDoors) {
  const auto argv = ffprobe_argv("mov", "in/main");
  const auto value_after = [&](std::string_view option) {
    const auto found = std::find(argv.begin(), argv.end(), option);
    return found == argv.end() ? std::string() : *std::next(found);
  };
  EXPECT_EQ(value_after("-f"), "mov");
  EXPECT_EQ(value_after("-format_whitelist"), format_whitelist());
  EXPECT_EQ(value_after("-protocol_whitelist"), "file,pipe");
  EXPECT_EQ(value_after("-i"), "file:in/main");
}

}  // namespace
}  // namespace mpegflow::probe
