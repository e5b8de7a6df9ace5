#include "store/conformance.h"
#include "store/lanes.h"

namespace mpegflow::store {
namespace {

/// Delayed starts, changes of queue, time in queue, and hosts to avoid.
class Waiting : public StoreConformance {
 protected:
  void submit(const std::string& name, const Schedule& schedule = {},
              const std::string& lane = "vod") {
    SubmitJob op = world.make_job({{"a"}, {"b", {"a"}}}, name);
    op.job.lane = lane;
    op.schedule = schedule;
    ASSERT_TRUE(store->execute(op));
  }
  TaskRow task(const std::string& job, const std::string& key = "a") {
    return world.task(key, job);
  }
  std::vector<ClaimTasks::Granted> claim_on(const std::string& host, std::int64_t count = 1) {
    return world.claim_all(host, count)->granted;
  }
  std::size_t count_events(const std::string& job, std::string_view kind) {
    std::size_t count = 0;
    for (const EventRow& event : world.events(job)) count += event.kind == kind ? 1 : 0;
    return count;
  }
};

Schedule start_in(base::Micros wait) {
  Schedule schedule;
  schedule.start_in = wait;
  return schedule;
}

Schedule hop_to(base::Micros after, const std::string& lane, const std::string& pool = "") {
  Schedule schedule;
  schedule.hop_after = after;
  schedule.hop_lane = lane;
  schedule.hop_pool = pool;
  return schedule;
}

TEST_P(Waiting, AJobStartsWhenItMay) {
  submit("later", start_in(std::chrono::minutes(10)));
  EXPECT_EQ(task("later").state, TaskState::blocked);
  EXPECT_EQ(count_events("later", "start_delayed"), 1U);
  ASSERT_TRUE(find_timer(*store, task("later").id)->has_value()) << "it waits visibly";
  clock.advance(std::chrono::minutes(10) - base::Micros(1));
  const auto early = world.sweep();
  EXPECT_EQ(early.starts_due, 0);
  ASSERT_TRUE(early.next_due);
  EXPECT_TRUE(claim_on("worker").empty());
  clock.advance(base::Micros(1));
  EXPECT_EQ(world.sweep().starts_due, 1);
  EXPECT_EQ(claim_on("worker").size(), 1U);
}

TEST_P(Waiting, AStartInThePastIsNow) {
  Schedule schedule;
  schedule.start = base::WallTime{1};
  submit("late", schedule);
  EXPECT_EQ(task("late").state, TaskState::ready);
}

TEST_P(Waiting, WhatNeedsATaskThatWaitsForItsStartWaitsForThatOnly) {
  submit("later", start_in(std::chrono::minutes(10)));
  clock.advance(std::chrono::minutes(10));
  world.sweep();
  ASSERT_TRUE(world.commit(claim_on("worker").front().claim));
  EXPECT_EQ(task("later", "b").state, TaskState::ready);
}

TEST_P(Waiting, AJobThatWaitsForItsStartCanBeCancelled) {
  submit("later", start_in(std::chrono::minutes(10)));
  ASSERT_TRUE(store->execute(CancelJob{world.job("later")}));
  EXPECT_EQ(world.job_state("later"), "cancelled");
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(world.sweep().starts_due, 0);
}

TEST_P(Waiting, ATaskThatWaitedTooLongChangesItsLaneOnce) {
  submit("hop", hop_to(std::chrono::minutes(5), "live"));
  clock.advance(std::chrono::minutes(5) - base::Micros(1));
  EXPECT_EQ(world.sweep().hops_due, 0);
  clock.advance(base::Micros(1));
  EXPECT_EQ(world.sweep().hops_due, 1);
  EXPECT_EQ(task("hop").lane, "live");
  EXPECT_EQ(task("hop").state, TaskState::ready);
  EXPECT_EQ(count_events("hop", "hopped"), 1U);
  clock.advance(std::chrono::hours(5));
  EXPECT_EQ(world.sweep().hops_due, 0);
  const auto granted = claim_on("worker");
  ASSERT_EQ(granted.size(), 1U);
  ASSERT_TRUE(world.release(granted.front().claim));
  clock.advance(std::chrono::hours(5));
  EXPECT_EQ(world.sweep().hops_due, 0) << "once is once";
}

TEST_P(Waiting, ATaskMayChangeItsPool) {
  submit("hop", hop_to(std::chrono::minutes(5), "", "big"));
  clock.advance(std::chrono::minutes(5));
  world.sweep();
  EXPECT_EQ(task("hop").pool, "big");
  EXPECT_EQ(task("hop").lane, "vod");
  EXPECT_TRUE(claim_on("worker").empty());
}

TEST_P(Waiting, ATaskThatWasClaimedInTimeStays) {
  submit("hop", hop_to(std::chrono::minutes(5), "live"));
  claim_on("worker");
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(world.sweep().hops_due, 0);
  EXPECT_EQ(task("hop").lane, "vod");
}

TEST_P(Waiting, ACappedTaskHopsOutOfItsLane) {
  ASSERT_TRUE(store->execute(SetLane{"vod", "", {}, {}, 0, "test"}));
  submit("hop", hop_to(std::chrono::minutes(5), "live"));
  ASSERT_EQ(task("hop").state, TaskState::capped);
  clock.advance(std::chrono::minutes(5));
  world.sweep();
  EXPECT_EQ(claim_on("worker").size(), 1U);
}

TEST_P(Waiting, WhoHopsMakesRoomForTheNext) {
  ASSERT_TRUE(store->execute(SetLane{"vod", "", {}, {}, 1, "test"}));
  submit("hop", hop_to(std::chrono::minutes(5), "live"));
  submit("next");
  ASSERT_EQ(task("next").state, TaskState::capped);
  clock.advance(std::chrono::minutes(5));
  world.sweep();
  EXPECT_EQ(task("next").state, TaskState::ready);
}

TEST_P(Waiting, TheTimeInQueueIsKept) {
  ASSERT_TRUE(store->execute(SetLane{"vod", "", {}, {}, 0, "test"}));
  submit("job");
  clock.advance(std::chrono::seconds(40));
  ASSERT_TRUE(store->execute(SetLane{"vod", "", {}, {}, kNoCap, "test"}));
  clock.advance(std::chrono::seconds(2));
  claim_on("worker");
  EXPECT_EQ(list_attempts(*store, world.job("job"))->front().waited, std::chrono::seconds(42))
      << "also what it waited over a cap";
  const auto lanes = list_lanes(*store);
  ASSERT_TRUE(lanes);
  EXPECT_EQ((*lanes)[1].name, "vod");
  EXPECT_EQ((*lanes)[1].pools.front().waited_p95, std::chrono::seconds(42));
}

TEST_P(Waiting, LanesAreListedWithTheirBounds) {
  ASSERT_TRUE(store->execute(SetLane{"bulk", "", 2, {}, {}, "ann"}));
  ASSERT_TRUE(store->execute(SetLane{"bulk", "gpu", {}, 1, 4, "bob"}));
  const auto lanes = list_lanes(*store);
  ASSERT_TRUE(lanes && lanes->size() == 3);
  EXPECT_EQ(lanes->back().gap, 7) << "8, 4 and 2 are 4, 2 and 1";
  EXPECT_EQ(lanes->back().pools.back().pool, "gpu");
  EXPECT_EQ(lanes->back().pools.back().cap, 4);
  const auto changes = list_limit_changes(*store, "lane bulk", 10);
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_EQ(changes->front().changed_by, "bob");
  EXPECT_EQ(changes->back().change, R"({"weight":2})");
}

TEST_P(Waiting, AHostThatFailedATaskIsGivenAnother) {
  submit("first");
  ASSERT_TRUE(world.report(claim_on("bad").front().claim, "unrecognised"));
  clock.advance(std::chrono::hours(1));
  world.sweep();
  submit("second");
  const auto on_bad = claim_on("bad");
  ASSERT_EQ(on_bad.size(), 1U);
  EXPECT_EQ(on_bad.front().task.job.value, "second");
  EXPECT_EQ(claim_on("good").front().task.job.value, "first");
}

TEST_P(Waiting, AHostIsPreferredNotRequired) {
  submit("only");
  ASSERT_TRUE(world.report(claim_on("bad").front().claim, "unrecognised"));
  clock.advance(std::chrono::hours(1));
  world.sweep();
  EXPECT_EQ(claim_on("bad").size(), 1U);
}

TEST_P(Waiting, AHostThatWasLostWithATaskIsGivenAnother) {
  submit("first");
  claim_on("bad");
  ASSERT_TRUE(store->execute(ReleaseDeadSession{base::SessionId("bad"), "gone", {}}));
  submit("second");
  world.open_session("bad again", "bad");
  const auto granted = store->execute(
      ClaimTasks{world.next_request(), base::SessionId("bad again"), {"cpu"}, {}, 1});
  EXPECT_EQ(granted->granted.front().task.job.value, "second");
}

TEST_P(Waiting, ATaskIsPassedOverOnlySoOften) {
  submit("first");
  ASSERT_TRUE(world.report(claim_on("bad").front().claim, "unrecognised"));
  clock.advance(std::chrono::hours(1));
  world.sweep();
  int passed = 0;
  for (; passed < 50; ++passed) {
    submit("other" + std::to_string(passed));
    if (claim_on("bad").front().task.job.value == "first") break;
  }
  EXPECT_EQ(passed, 8);
}

TEST_P(Waiting, PriorityGivesATenantsTaskItsPlace) {
  const auto submit_with = [&](const std::string& name, const std::string& tenant,
                               std::int64_t priority) {
    SubmitJob op = world.make_job({{"a"}}, name);
    op.job.tenant = tenant;
    op.job.priority = priority;
    op.tasks.front().expected_cpu_us = 1'000'000;
    ASSERT_TRUE(store->execute(op));
  };
  for (int i = 0; i < 12; ++i) {
    submit_with("low" + std::to_string(i), "low", 0);
    submit_with("high" + std::to_string(i), "high", 3);
  }
  int high = 0;
  for (const auto& one : claim_on("worker", 10))
    high += one.task.job.value.starts_with("high") ? 1 : 0;
  EXPECT_GE(high, 7) << "four times the weight";
}

TEST_P(Waiting, ATaskThatComesBackDoesNotQueueAgain) {
  submit("first");
  for (int i = 0; i < 5; ++i) submit("other" + std::to_string(i));
  const auto first = claim_on("worker");
  ASSERT_EQ(first.front().task.job.value, "first");
  ASSERT_TRUE(world.release(first.front().claim));
  claim_on("worker", 1);
  bool came = task("first").state == TaskState::leased;
  claim_on("worker", 1);
  came = came || task("first").state == TaskState::leased;
  EXPECT_TRUE(came) << "it enters at the lane's present, not behind its tenant's others";
}

INSTANTIATE_TEST_SUITE_P(Store, Waiting, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
