#include "core/retry/exit_status.h"

#include <gtest/gtest.h>

#include "exits.h"

namespace mpegflow::retry {
namespace {

TEST(ExitStatus, KnowsShellCodesOfSignals) {
  EXPECT_EQ(reason_of(failed("", 139)), "crashed");
  EXPECT_EQ(reason_of(failed("", 132)), "cpu_unsupported");
  EXPECT_EQ(reason_of(failed("", 153)), "output_size_limit");
}

TEST(ExitStatus, OneMeaningCodesTellWhichTroubleWasTheLast) {
  EXPECT_EQ(reason_of(failed("[h264 @ 0x1] error while decoding MB 1 1\n", 228)), "disk_full");
}

TEST(ExitStatus, WindowsSaysThatALibraryIsMissing) {
  EXPECT_EQ(reason_of(failed("", kWindowsDllMissing)), "shared_library_missing");
}

TEST(ExitStatus, ASignalOfCpuTimeIsNoResetConnection) {
  EXPECT_EQ(reason_of(failed("", 152)), "cpu_time_limit");
  EXPECT_EQ(reason_of(failed("http://h/a.mp4: It was reset by the peer\n", 152)), "network_reset");
}

}  // namespace
}  // namespace mpegflow::retry
