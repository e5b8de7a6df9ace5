#include "core/retry/errno_words.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

TEST(ErrnoWords, TellWhatTheMachineMet) {
  EXPECT_EQ(find_machine_reason("Error writing trailer: Disk quota exceeded"), "disk_full");
  EXPECT_EQ(find_machine_reason("Error muxing a packet: Stale file handle"), "io_error");
  EXPECT_EQ(find_machine_reason("Error while filtering: Cannot allocate memory"), "oom_alloc");
  EXPECT_EQ(find_machine_reason("out/x.mp4: Read-only file system"), "output_readonly");
  EXPECT_EQ(find_machine_reason("out/x.mp4: Access is denied."), "permission_denied");
}

TEST(ErrnoWords, AreTheEndOfAMessage) {
  EXPECT_EQ(find_machine_reason("Broken pipe organ.mp4: Invalid argument"), "");
  EXPECT_EQ(find_machine_reason("Invalid argument"), "") << "that says nothing of the machine";
}

TEST(ErrnoWords, LeavePathsToWhoeverWantedThem) {
  EXPECT_TRUE(is_path_error("Error opening output /srv/x: Not a directory"));
  EXPECT_FALSE(is_path_error("Error opening output /srv/x: Permission denied"));
}

}  // namespace
}  // namespace mpegflow::retry
