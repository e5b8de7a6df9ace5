#include "core/encode/open_input.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

TEST(OpenInput, EndsWithTheFileAndItsFormatIsSaid) {
  probe::Probe probe;
  probe.container = "matroska";
  const auto argv = open_input(probe, "in/main.mkv");
  EXPECT_EQ(argv.front(), "ffmpeg");
  EXPECT_EQ(argv.back(), "file:in/main.mkv");
  EXPECT_NE(std::ranges::find(argv, "matroska"), argv.end());
  EXPECT_EQ(std::ranges::find(argv, "-ss"), argv.end());
}

TEST(OpenInput, SeeksBeforeTheInputIsOpened) {
  const auto argv = open_input({}, "in/main", 1.5);
  const auto seek = std::ranges::find(argv, "-ss");
  ASSERT_NE(seek, argv.end());
  EXPECT_EQ(*(seek + 1), "1.500000");
  EXPECT_LT(seek, std::ranges::find(argv, "-i"));
}

}  // namespace
}  // namespace mpegflow::encode
