#include "core/command/known_options.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(KnownOptions, OfManyVersions) {
  for (const char* name : {"vsync", "fps_mode", "stream_group", "stats_mux_pre", "qphist", "vbsf"})
    EXPECT_NE(find_known_option(name), nullptr) << name;
  EXPECT_TRUE(find_known_option("y")->has('b'));
  EXPECT_TRUE(find_known_option("map")->has('v'));
  EXPECT_EQ(find_known_option("crf"), nullptr);
}

TEST(KnownOptions, OfLibraries) {
  for (const char* name : {"crf", "spatial-aq", "allow_sw", "hls_time", "x265-params", "b",
                           "lag-in-frames", "aom-params", "no-scenecut", "arnr-maxframes"})
    EXPECT_TRUE(is_library_option(name)) << name;
  EXPECT_FALSE(is_library_option("nonsense"));
  EXPECT_FALSE(is_library_option(""));
}

}  // namespace
}  // namespace mpegflow::command
