#include "worker/ship_leftovers.h"

#include <gtest/gtest.h>

#include "base/zstd.h"
#include "core/audit/attempt_names.h"
#include "objects/local/local_object_store.h"
#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

struct ShipLeftovers : testing::Test {
  ShipLeftovers() {
    assignment.job = base::JobId("job");
    assignment.claim = {base::TaskId("task"), 3, base::ClaimId("claim")};
  }
  /// What an attempt leaves whose worker died.
  base::Path leave(const std::string& log) {
    const base::Path root = scratch() / "3-claim";
    EXPECT_TRUE(base::make_directories(root / "work"));
    EXPECT_TRUE(sign_folder(root, assignment));
    EXPECT_TRUE(base::write_file_durably(root / "work" / "stderr.log", log));
    EXPECT_TRUE(base::write_file_durably(root / "work" / "ffmpeg2pass-0.log", "of a first pass"));
    return root;
  }
  std::string kept() {
    const auto bytes = logs.get_bytes(
        audit::stderr_key(assignment.job, assignment.claim.task, 3, assignment.claim.id));
    return bytes ? base::decompress_zstd(*bytes).value_or("?") : "nothing";
  }
  base::Path scratch() const { return folder.path() / "attempts"; }

  test::TemporaryFolder folder;
  objects::LocalObjectStore logs{folder.path() / "logs"};
  protocol::Assignment assignment;
};

TEST_F(ShipLeftovers, KeepsTheLogAndRemovesTheRest) {
  const base::Path root = leave("it died here\n");
  EXPECT_EQ(ship_leftovers(logs, scratch()), 1);
  EXPECT_EQ(kept(), "it died here\n");
  EXPECT_FALSE(std::filesystem::exists(root));
}

TEST_F(ShipLeftovers, LeavesALogThatIsKeptAlready) {
  leave("whole\n");
  EXPECT_EQ(ship_leftovers(logs, scratch()), 1);
  leave("of a copy\n");
  EXPECT_EQ(ship_leftovers(logs, scratch()), 1);
  EXPECT_EQ(kept(), "whole\n");
}

TEST_F(ShipLeftovers, LeavesWhatNoAttemptHasSigned) {
  const base::Path other = scratch() / "of somebody";
  ASSERT_TRUE(base::make_directories(other));
  EXPECT_EQ(ship_leftovers(logs, scratch()), 0);
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST_F(ShipLeftovers, FindsNothingWhereNothingIs) {
  EXPECT_EQ(ship_leftovers(logs, scratch()), 0);
}

}  // namespace
}  // namespace mpegflow::worker
