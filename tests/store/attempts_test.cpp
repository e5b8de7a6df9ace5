#include "store/conformance.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

// A failover may lose the rows that were staged and keep the claim. What has no row would be
// collected.
TEST_P(StoreConformance, ACommitOfOutputsThatAreNotStagedIsRefused) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "here"));
  CommitAttempt op = world.make_commit(claim);
  op.outputs = {"here", "lost"};
  EXPECT_EQ(store->execute(op).error().code, base::ErrorCode::superseded);
  op.outputs = {};
  EXPECT_EQ(store->execute(op).error().code, base::ErrorCode::superseded);
  EXPECT_EQ(world.outputs("a").front().state, "staged");
  op.outputs = {"here"};
  EXPECT_TRUE(store->execute(op));
}

TEST_P(StoreConformance, RepeatedCommitGivesTheSameAnswerAndChangesNothing) {
  world.submit({{"a"}, {"b", {"a"}}});
  const CommitAttempt op = world.make_commit(world.claim());
  ASSERT_EQ(store->execute(op)->state, TaskState::succeeded);
  const auto events = world.events().size();
  EXPECT_EQ(store->execute(op)->state, TaskState::succeeded);
  EXPECT_EQ(world.events().size(), events);
}

TEST_P(StoreConformance, CommitLetsChildrenRunWhenAllTheyNeedIsThere) {
  world.submit({{"a"}, {"b"}, {"c", {"a", "b"}}});
  const auto granted = world.claim_all("worker")->granted;
  ASSERT_EQ(granted.size(), 2U);
  ASSERT_TRUE(world.commit(granted[0].claim));
  EXPECT_EQ(world.state("c"), TaskState::blocked);
  ASSERT_TRUE(world.commit(granted[1].claim));
  EXPECT_EQ(world.state("c"), TaskState::ready);
}

TEST_P(StoreConformance, ClaimComesWithWhatItsParentsLeft) {
  world.submit({{"a"}, {"b", {"a"}}});
  CommitAttempt op = world.make_commit(world.claim());
  op.result = R"({"n":1})";
  ASSERT_TRUE(store->execute(op));
  const auto granted = world.claim_all("worker")->granted;
  ASSERT_EQ(granted.size(), 1U);
  ASSERT_EQ(granted[0].parents.size(), 1U);
  EXPECT_EQ(granted[0].parents[0].result, R"({"n":1})");
}

TEST_P(StoreConformance, FailureSkipsAllThatNeedsIt) {
  world.submit({{"a"}, {"b", {"a"}}, {"c", {"b"}}});
  ASSERT_EQ(world.report(world.claim(), "input_empty")->state, TaskState::failed_input);
  EXPECT_EQ(world.state("b"), TaskState::skipped);
  EXPECT_EQ(world.state("c"), TaskState::skipped);
  EXPECT_EQ(world.job_state(), "failed_input");
}

TEST_P(StoreConformance, TheJobIsOverOnceAndOnlyWhenEveryTaskIs) {
  world.submit({{"a"}, {"b", {"a"}}, {"publish", {"a"}, queue::TaskKind::deliver}});
  ASSERT_TRUE(world.report(world.claim(), "input_empty"));
  int finished = 0;
  for (const EventRow& event : world.events()) finished += event.kind == "job_finished" ? 1 : 0;
  EXPECT_EQ(finished, 1);
}

TEST_P(StoreConformance, RetryBacksOffAndComesBackWhenDue) {
  world.submit({{"a"}});
  ReportFailure op = world.make_report(world.claim(), "unrecognised");
  op.draw = 3'000'000;
  const auto answer = store->execute(op);
  ASSERT_TRUE(answer && answer->retry_at);
  EXPECT_EQ(answer->state, TaskState::backing_off);
  EXPECT_EQ(world.sweep().retries_due, 0);
  EXPECT_EQ(world.sweep().next_due, answer->retry_at);
  clock.advance(std::chrono::seconds(3));
  EXPECT_EQ(world.sweep().retries_due, 1);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.claim().fence, 2);
}

TEST_P(StoreConformance, RepeatedReportGivesTheSameAnswerLater) {
  world.submit({{"a"}});
  ReportFailure first = world.make_report(world.claim(), "unrecognised");
  first.draw = 1'000'000;
  const auto answer = store->execute(first);
  clock.advance(std::chrono::seconds(10));
  world.sweep();
  ReportFailure second = world.make_report(world.claim(), "unrecognised");
  second.draw = 2'000'000;
  ASSERT_TRUE(store->execute(second));
  const auto again = store->execute(first);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, TaskState::backing_off);
  EXPECT_EQ(again->retry_at, answer->retry_at);
  EXPECT_EQ(world.task("a").n_transient, 2);
}

TEST_P(StoreConformance, BudgetsEndInDead) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"max":2,"base_us":0}})"}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.report(world.claim(), "unrecognised")->state, TaskState::backing_off);
    clock.advance(std::chrono::hours(1));
    world.sweep();
  }
  EXPECT_EQ(world.report(world.claim(), "unrecognised")->state, TaskState::dead);
  EXPECT_EQ(world.job_state(), "failed");
}

TEST_P(StoreConformance, OperationalTroubleEndsInHeldUntilReleased) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"operational":{"max":0}})"}});
  ASSERT_EQ(world.report(world.claim(), "licence_missing")->state, TaskState::held);
  EXPECT_TRUE(world.claim_all("worker")->granted.empty());
  EXPECT_EQ(store->execute(ReleaseHeld{world.job()})->tasks, 1);
  EXPECT_EQ(world.task("a").n_operational, 0);
  EXPECT_TRUE(world.commit(world.claim()));
}

TEST_P(StoreConformance, ExpansionGrowsTheGraphInTheSameStep) {
  world.submit({{"probe"}, {"raw", {"probe"}}});
  CommitAttempt op = world.make_commit(world.claim());
  op.expansion = {world.make_task({"x", {"probe"}}, 2),
                  world.make_task({"publish", {"x", "raw"}, queue::TaskKind::deliver}, 3)};
  op.inputs = {{"main", "hash", "{}"}};
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(world.state("x"), TaskState::ready);
  EXPECT_EQ(world.task("publish").pending, 2);
  EXPECT_EQ(list_inputs(*store, world.job())->front().sha256, "hash");
  EXPECT_EQ(list_edges(*store, world.job())->size(), 4U);
}

TEST_P(StoreConformance, ExpandingTwiceGivesTheSameGraph) {
  world.submit({{"probe"}});
  CommitAttempt op = world.make_commit(world.claim());
  op.expansion = {world.make_task({"x", {"probe"}}, 1), world.make_task({"y", {"x"}}, 2)};
  ASSERT_TRUE(store->execute(op));
  const auto events = world.events().size();
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(list_tasks(*store, world.job())->size(), 3U);
  EXPECT_EQ(world.events().size(), events);
}

TEST_P(StoreConformance, GrownTaskWhoseParentHasFailedIsSkipped) {
  world.submit({{"probe"}, {"raw"}});
  const auto granted = world.claim_all("worker")->granted;
  const bool probe_first = granted[0].task.key == "probe";
  ASSERT_TRUE(world.report(granted[probe_first ? 1 : 0].claim, "input_empty"));
  CommitAttempt op = world.make_commit(granted[probe_first ? 0 : 1].claim);
  op.expansion = {world.make_task({"publish", {"raw", "probe"}, queue::TaskKind::deliver}, 2),
                  world.make_task({"after", {"publish"}}, 3)};
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(world.state("publish"), TaskState::skipped);
  EXPECT_EQ(world.state("after"), TaskState::skipped);
  EXPECT_EQ(world.job_state(), "failed_input");
}

TEST_P(StoreConformance, OutputsAreStagedThenCommitted) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "k"));
  ASSERT_TRUE(world.stage(claim, "k")) << "staging again is fine";
  EXPECT_EQ(world.outputs("a").front().state, "staged");
  EXPECT_TRUE(list_committed_outputs(*store, world.job())->empty());
  ASSERT_TRUE(world.commit(claim));
  EXPECT_EQ(list_committed_outputs(*store, world.job())->size(), 1U);
}

TEST_P(StoreConformance, CollectionLeavesWhatMayStillBeCommitted) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "k"));
  EXPECT_TRUE(store->execute(DoomOutputs{})->doomed.empty());
  clock.advance(std::chrono::hours(1));
  world.sweep(1000);  // lost by silence: its holder may come back
  EXPECT_TRUE(store->execute(DoomOutputs{})->doomed.empty());
  ASSERT_TRUE(world.commit(claim));
  EXPECT_TRUE(store->execute(DoomOutputs{})->doomed.empty());
}

TEST_P(StoreConformance, CollectionTakesWhatALostAttemptLeft) {
  world.submit({{"a"}});
  const Claim lost = world.claim("slow");
  ASSERT_TRUE(world.stage(lost, "k1"));
  clock.advance(std::chrono::hours(1));
  world.sweep(1000);
  world.sweep();
  const Claim held = world.claim("quick");
  ASSERT_TRUE(world.stage(held, "k2"));
  const auto doomed = store->execute(DoomOutputs{})->doomed;
  ASSERT_EQ(doomed.size(), 1U);
  EXPECT_EQ(doomed.front().object_key, "k1");
  ASSERT_TRUE(store->execute(ForgetOutput{"k1"}));
  ASSERT_TRUE(store->execute(ForgetOutput{"k2"}));
  ASSERT_TRUE(world.commit(held));
  ASSERT_TRUE(store->execute(ForgetOutput{"k2"}));
  EXPECT_EQ(world.outputs("a").size(), 1U) << "only doomed rows are forgotten";
}

TEST_P(StoreConformance, CollectionWaitsForTheGrace) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "k"));
  ASSERT_TRUE(world.release(claim));
  const base::Micros grace = std::chrono::hours(48);
  EXPECT_TRUE(store->execute(DoomOutputs{{}, grace.count()})->doomed.empty());
  clock.advance(grace);
  EXPECT_EQ(store->execute(DoomOutputs{{}, grace.count()})->doomed.size(), 1U);
}

TEST_P(StoreConformance, DeliverLeavesItsListOfFiles) {
  world.submit({{"publish", {}, queue::TaskKind::deliver}});
  CommitAttempt op = world.make_commit(world.claim());
  op.published = Published{"file:///out", {{"a.m4s", world.job(), 3, "hash", 7}}};
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(list_published(*store, "file:///out")->size(), 1U);
}

}  // namespace
}  // namespace mpegflow::store
