#include "core/queue/pause.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

TEST(Pause, HasAWordEach) {
  for (const Pause pause : {Pause::none, Pause::draining, Pause::disk_full})
    EXPECT_EQ(parse_pause(to_word(pause)), pause);
  EXPECT_EQ(parse_pause("tired"), std::nullopt);
  EXPECT_EQ(parse_pause(""), std::nullopt);
}

}  // namespace
}  // namespace mpegflow::queue
