#include "core/retry/success.h"

#include <gtest/gtest.h>

#include "exits.h"

namespace mpegflow::retry {
namespace {

TEST(Success, AFullDiskCanHideBehindExitZero) {
  EXPECT_EQ(reason_of(failed("Error closing file out/out.mp4: No space left on device\n", 0)),
            "disk_full");
}

TEST(Success, AnOutputMuchShorterThanItsInputIsNoSuccess) {
  EncoderExit exit =
      failed("Input #0, flv, from 'in/main':\n  Duration: 00:01:00.00, start: 0\n", 0);
  exit.facts.output_seconds = 20;
  EXPECT_EQ(reason_of(exit), "input_truncated");
  exit.facts.output_seconds = 59.9;
  EXPECT_EQ(reason_of(exit), "ok");
  exit.facts.output_seconds = 20;
  exit.argv = {"-ss", "40", "-i", "in/main", "out/out.mp4"};
  EXPECT_EQ(reason_of(exit), "ok") << "a part was asked for";
}

TEST(Success, AConnectionThatBrokeCutTheInputShort) {
  EXPECT_EQ(reason_of(failed("[https @ 0x1] The peer closed it too early, failed\n", 0)),
            "network_reset");
  EXPECT_EQ(reason_of(failed("[https @ 0x1] Opening a.ts for reading\n", 0)), "ok");
}

}  // namespace
}  // namespace mpegflow::retry
