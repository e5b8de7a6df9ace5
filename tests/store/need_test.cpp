#include <algorithm>

#include "store/conformance.h"

namespace mpegflow::store {
namespace {

const std::vector<TestTask> kLadder = {
    {"1080p", {}, queue::TaskKind::encode, "{}", queue::Need::optional},
    {"360p"},
    {"manifest", {"1080p", "360p"}, queue::TaskKind::manifest},
    {"publish", {"manifest"}, queue::TaskKind::deliver}};

class Need : public StoreConformance {
 protected:
  /// The claim of the task that is called so.
  Claim claim_of(const std::string& key) {
    const auto answer = world.claim_all("worker", 1);
    EXPECT_TRUE(answer && answer->granted.size() == 1);
    EXPECT_EQ(answer->granted.front().task.key, key);
    return answer->granted.front().claim;
  }
};

TEST_P(Need, AnOptionalTaskThatFailsLeavesTheJobPartial) {
  world.submit(kLadder);
  ASSERT_TRUE(world.report(claim_of("1080p"), "input_corrupt"));
  EXPECT_EQ(world.state("1080p"), TaskState::failed_input);
  EXPECT_EQ(world.state("manifest"), TaskState::blocked) << "360p is not there yet";
  ASSERT_TRUE(world.commit(claim_of("360p")));
  const auto answer = world.claim_all("worker", 1);
  ASSERT_EQ(answer->granted.size(), 1U);
  EXPECT_EQ(answer->granted[0].task.key, "manifest");
  ASSERT_EQ(answer->granted[0].parents.size(), 2U);
  EXPECT_FALSE(answer->granted[0].parents[0].result) << "1080p has left nothing";
  ASSERT_TRUE(world.commit(answer->granted[0].claim));
  ASSERT_TRUE(world.commit(claim_of("publish")));
  EXPECT_EQ(world.job_state(), "partial");
}

TEST_P(Need, ItMayAlsoFailLast) {
  world.submit(kLadder);
  const Claim optional = claim_of("1080p");
  ASSERT_TRUE(world.commit(claim_of("360p")));
  ASSERT_TRUE(world.report(optional, "input_corrupt"));
  EXPECT_EQ(world.state("manifest"), TaskState::ready);
}

TEST_P(Need, WhatIsDoneByBestEffortChangesNothing) {
  std::vector<TestTask> tasks = kLadder;
  tasks[0].need = queue::Need::best_effort;
  world.submit(tasks);
  ASSERT_TRUE(world.report(claim_of("1080p"), "input_corrupt"));
  ASSERT_TRUE(world.commit(claim_of("360p")));
  ASSERT_TRUE(world.commit(claim_of("manifest")));
  ASSERT_TRUE(world.commit(claim_of("publish")));
  EXPECT_EQ(world.job_state(), "succeeded");
}

TEST_P(Need, ARequiredTaskThatFailsTakesTheRestAlong) {
  world.submit(kLadder);
  const Claim optional = claim_of("1080p");
  ASSERT_TRUE(world.report(claim_of("360p"), "input_corrupt"));
  EXPECT_EQ(world.state("manifest"), TaskState::skipped);
  ASSERT_TRUE(world.commit(optional));
  EXPECT_EQ(world.job_state(), "failed_input");
}

TEST_P(Need, WhatTheJobWasPublishedWithoutIsNotMadeLater) {
  world.submit(kLadder);
  ASSERT_TRUE(world.report(claim_of("1080p"), "input_corrupt"));
  ASSERT_TRUE(world.commit(claim_of("360p")));
  ASSERT_TRUE(world.commit(claim_of("manifest")));
  const auto refused = store->execute(ReprocessJob{world.job(), "somebody", world.id_of("1080p")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::illegal_transition);
}

TEST_P(Need, WhoWaitsForOthersWaitsForASecondChanceToo) {
  world.submit(kLadder);
  ASSERT_TRUE(world.report(claim_of("1080p"), "input_corrupt"));
  const Claim required = claim_of("360p");
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "somebody", world.id_of("1080p")}));
  ASSERT_TRUE(world.commit(required));
  EXPECT_EQ(world.state("manifest"), TaskState::blocked);
  ASSERT_TRUE(world.commit(claim_of("1080p")));
  EXPECT_EQ(world.state("manifest"), TaskState::ready);
}

TEST_P(Need, WhatWasSkippedComesBackAndWaitsForWhatIsRequired) {
  world.submit(kLadder);
  ASSERT_TRUE(world.report(claim_of("1080p"), "input_corrupt"));
  ASSERT_TRUE(world.report(claim_of("360p"), "input_corrupt"));
  EXPECT_EQ(world.state("manifest"), TaskState::skipped);
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "somebody", {}}));
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(world.state("manifest"), TaskState::blocked);
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(world.state("manifest"), TaskState::ready);
}

INSTANTIATE_TEST_SUITE_P(Store, Need, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
