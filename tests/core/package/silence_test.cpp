#include "core/package/silence.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

using namespace std::string_literals;

TEST(Silence, IsAFrameOfOnePairOrOneChannel) {
  // One channel: id and tag, gain 0, one long window without bands, no tools; the end.
  EXPECT_EQ(make_silent_aac(1), "\0\0\0\7"s);
  EXPECT_EQ(make_silent_aac(2).front(), '\x21') << "a pair with one window for both";
}

TEST(Silence, IsThereForEveryUsualNumberOfChannels) {
  for (const int channels : {1, 2, 3, 4, 5, 6, 8}) EXPECT_FALSE(make_silent_aac(channels).empty());
  for (const int channels : {0, 7, 9, 24}) EXPECT_TRUE(make_silent_aac(channels).empty());
}

}  // namespace
}  // namespace mpegflow::package
