#include "core/audit/attempt_names.h"

#include <gtest/gtest.h>

namespace mpegflow::audit {
namespace {

TEST(AttemptNames, NoTwoAttemptsShareOne) {
  EXPECT_EQ(attempt_name(3, base::ClaimId("claim")), "3-claim");
  EXPECT_NE(attempt_name(3, base::ClaimId("claim")), attempt_name(3, base::ClaimId("other")));
  EXPECT_NE(attempt_name(3, base::ClaimId("claim")), attempt_name(4, base::ClaimId("claim")));
}

TEST(AttemptNames, TheLogOfAnAttemptLiesBelowItsTask) {
  EXPECT_EQ(stderr_key(base::JobId("job"), base::TaskId("task"), 3, base::ClaimId("claim")),
            "job/task/3-claim.stderr.zst");
}

}  // namespace
}  // namespace mpegflow::audit
