#include <algorithm>

#include "store/conformance.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

TEST_P(StoreConformance, SubmittingTwiceGivesOneJob) {
  const SubmitJob op = world.make_job({{"a"}});
  EXPECT_FALSE(store->execute(op)->existed);
  EXPECT_TRUE(store->execute(op)->existed);
  EXPECT_EQ(list_tasks(*store, world.job())->size(), 1U);
}

TEST_P(StoreConformance, AnIdempotencyKeyGivesTheJobThatHasIt) {
  SubmitJob first = world.make_job({{"a"}}, "first");
  first.idempotency_key = "key";
  SubmitJob second = world.make_job({{"a"}}, "second");
  second.idempotency_key = "key";
  SubmitJob elsewhere = world.make_job({{"a"}}, "elsewhere");
  elsewhere.idempotency_key = "key";
  elsewhere.job.tenant = "other";
  ASSERT_TRUE(store->execute(first));
  EXPECT_EQ(store->execute(second)->job, base::JobId("first"));
  EXPECT_EQ(store->execute(elsewhere)->job, base::JobId("elsewhere"));
  EXPECT_EQ(world.job_state("second"), "(no job)");
}

TEST_P(StoreConformance, AKeyIsPassedOnOnlyByTheJobThatHasIt) {
  SubmitJob first = world.make_job({{"a"}}, "first");
  first.idempotency_key = "key";
  ASSERT_TRUE(store->execute(first));
  SubmitJob second = world.make_job({{"a"}}, "second");
  second.idempotency_key = "key";
  second.takes_key_of = base::JobId("first");
  EXPECT_FALSE(store->execute(second)->existed);
  EXPECT_TRUE(store->execute(second)->existed) << "the request, repeated";
  EXPECT_EQ((*find_job_with_key(*store, "tenant", "key"))->id, base::JobId("second"));
  EXPECT_EQ(world.events("first").back().kind, "key_passed_on");
  SubmitJob late = world.make_job({{"a"}}, "late");
  late.idempotency_key = "key";
  late.takes_key_of = base::JobId("first");
  EXPECT_EQ(store->execute(late)->job, base::JobId("second"));
}

TEST_P(StoreConformance, ACancelTellsWhy) {
  world.submit({{"a"}});
  ASSERT_TRUE(store->execute(CancelJob{world.job(), "another took its place"}));
  EXPECT_TRUE(std::ranges::any_of(world.events(), [](const EventRow& event) {
    return event.kind == "cancel_requested" &&
           event.bytes.find("another took its place") != std::string::npos;
  }));
}

TEST_P(StoreConformance, WhatIsAboutToBePublishedIsKnownUntilTheCommit) {
  world.submit({{"a", {}, queue::TaskKind::deliver}});
  const Claim claim = world.claim();
  const Published tree{"file:///out", {{"a.m4s", world.job(), 3, "hash", 7}}};
  ASSERT_TRUE(store->execute(StageOutputs{claim, {}, tree}));
  ASSERT_TRUE(store->execute(StageOutputs{claim, {}, tree})) << "meant once more";
  ASSERT_EQ(list_publishing(*store, "file:///out")->size(), 1U);
  EXPECT_EQ(list_publishing(*store, "file:///out")->front().mtime_ns, 7);
  CommitAttempt op = world.make_commit(claim);
  op.published = tree;
  ASSERT_TRUE(store->execute(op));
  EXPECT_TRUE(list_publishing(*store, "file:///out")->empty());
}

TEST_P(StoreConformance, CancelRefusesCommitsUntilTheWorkerHasStopped) {
  world.submit({{"a"}, {"b", {"a"}}});
  const Claim claim = world.claim();
  EXPECT_EQ(store->execute(CancelJob{world.job()})->state, "cancelling");
  EXPECT_EQ(world.state("a"), TaskState::cancelling);
  EXPECT_EQ(world.state("b"), TaskState::cancelled);
  EXPECT_EQ(world.commit(claim).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.stage(claim, "k").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.release(claim)->state, TaskState::cancelled);
  EXPECT_EQ(world.job_state(), "cancelled");
}

TEST_P(StoreConformance, FailureOfACancelledTaskIsWordThatItStopped) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(store->execute(CancelJob{world.job()}));
  EXPECT_EQ(world.report(claim, "unrecognised")->state, TaskState::cancelled);
  EXPECT_EQ(world.task("a").n_transient, 0);
}

TEST_P(StoreConformance, SilenceOfACancelledTasksWorkerEndsIt) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "k"));
  ASSERT_TRUE(store->execute(CancelJob{world.job()}));
  clock.advance(std::chrono::hours(1));
  world.sweep(1000);
  EXPECT_EQ(world.state("a"), TaskState::cancelled);
  EXPECT_EQ(world.outputs("a").front().state, "doomed");
}

TEST_P(StoreConformance, CancelLeavesWhatHasSucceeded) {
  world.submit({{"a"}, {"b", {"a"}}});
  ASSERT_TRUE(world.commit(world.claim()));
  ASSERT_TRUE(store->execute(CancelJob{world.job()}));
  EXPECT_EQ(world.state("a"), TaskState::succeeded);
  EXPECT_EQ(world.state("b"), TaskState::cancelled);
}

TEST_P(StoreConformance, ReprocessRunsOnlyWhatDidNotSucceed) {
  world.submit({{"a"}, {"b", {"a"}}, {"c", {"b"}}});
  ASSERT_TRUE(world.commit(world.claim()));
  const Claim failed = world.claim();
  ASSERT_TRUE(world.report(failed, "input_empty"));
  EXPECT_EQ(store->execute(ReprocessJob{world.job(), "the file was mended"})->tasks, 2);
  EXPECT_EQ(world.state("a"), TaskState::succeeded);
  EXPECT_EQ(world.state("c"), TaskState::blocked);
  EXPECT_EQ(world.commit(failed).error().code, ErrorCode::superseded);
  const Claim again = world.claim();
  EXPECT_EQ(again.task, world.id_of("b"));
  EXPECT_EQ(again.fence, 2);
  ASSERT_TRUE(world.commit(again));
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(world.job_state(), "succeeded");
}

TEST_P(StoreConformance, ReprocessGivesFreshBudgets) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"max":0}})"}});
  ASSERT_EQ(world.report(world.claim(), "unrecognised")->state, TaskState::dead);
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again"}));
  EXPECT_EQ(world.task("a").n_transient, 0);
}

TEST_P(StoreConformance, ACancelledJobIsNotReprocessed) {
  world.submit({{"a"}, {"b"}, {"c", {"a", "b"}}});
  const auto granted = world.claim_all("worker", 1)->granted;
  ASSERT_TRUE(world.report(granted.front().claim, "input_empty"));
  ASSERT_TRUE(store->execute(CancelJob{world.job()}));
  // One of those that c needs will never run again: c would wait for ever.
  EXPECT_EQ(store->execute(ReprocessJob{world.job(), "again"}).error().code,
            ErrorCode::illegal_transition);
  EXPECT_EQ(world.state("c"), TaskState::skipped);
  EXPECT_EQ(world.job_state(), "cancelled");
}

TEST_P(StoreConformance, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(store->execute(CancelJob{base::JobId("none")}).error().code, ErrorCode::not_found);
  EXPECT_EQ(store->execute(ReprocessJob{base::JobId("none"), ""}).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(store->execute(ReleaseHeld{base::JobId("none")}).error().code, ErrorCode::not_found);
}

TEST_P(StoreConformance, DeliveryIsToldApartFromTheWork) {
  world.submit({{"a"}, {"publish", {"a"}, queue::TaskKind::deliver}});
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(find_job(*store, world.job())->value().delivery, "pending");
  EXPECT_EQ(world.job_state(), "running");
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(find_job(*store, world.job())->value().delivery, "delivered");
  EXPECT_EQ(world.job_state(), "succeeded");
}

TEST_P(StoreConformance, JobsAreListedNewestFirst) {
  for (const std::string job : {"one", "two", "three"}) {
    world.submit({{"a"}}, job);
    clock.advance(std::chrono::seconds(1));
  }
  const auto page = list_jobs(*store, 2);
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ(page->front().id.value, "three");
  const auto rest = list_jobs(*store, 2, page->back());
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().id.value, "one");
  EXPECT_EQ(find_jobs_by_prefix(*store, "t")->size(), 2U);
}

TEST_P(StoreConformance, AReadThatFailsLeavesTheStoreUsable) {
  const auto read = [&](bool throws) {
    return store->read([&](Session& session) -> base::Result<void> {
      RETURN_IF_ERROR(session.run("list_pools", {}));
      base::check(!throws, "a record makes no sense");
      return {};
    });
  };
  EXPECT_THROW((void)read(true), base::InvariantViolation);
  EXPECT_TRUE(read(false));
  world.submit({{"a"}});
}

}  // namespace
}  // namespace mpegflow::store
