#include <algorithm>
#include <random>

#include "store/cap_faults.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

class Caps : public StoreConformance {
 protected:
  void submit(const std::string& name, const std::string& lane = "vod",
              const std::string& tenant = "tenant", const std::string& pool = "cpu") {
    SubmitJob op = world.make_job({{"a"}}, name);
    op.job.lane = lane;
    op.job.tenant = tenant;
    op.tasks.front().pool = pool;
    ASSERT_TRUE(store->execute(op));
  }
  void cap_lane(const std::string& lane, std::int64_t cap, const std::string& pool = "") {
    ASSERT_TRUE(store->execute(SetLane{lane, pool, {}, {}, cap, "test"}));
  }
  void cap_tenant(const std::string& tenant, std::int64_t cap, const std::string& lane = "") {
    ASSERT_TRUE(store->execute(SetTenantCap{tenant, lane, cap, "test"}));
  }
  std::vector<ClaimTasks::Granted> claim(std::int64_t count, const std::string& pool = "cpu") {
    world.open_session("worker");
    const auto answer = store->execute(
        ClaimTasks{world.next_request(), base::SessionId("worker"), {pool}, {}, count});
    EXPECT_TRUE(answer);
    return answer ? answer->granted : std::vector<ClaimTasks::Granted>();
  }
  TaskState state_of(const std::string& job) { return world.task("a", job).state; }
  std::string jobs_of(const std::vector<ClaimTasks::Granted>& granted) {
    std::string text;
    for (const auto& one : granted) text += one.task.job.value + " ";
    return text;
  }
};

TEST_P(Caps, WhatIsOverTheLanesCapIsCapped) {
  cap_lane("vod", 2);
  for (const char* job : {"1", "2", "3", "4"}) submit(job);
  EXPECT_EQ(state_of("2"), TaskState::ready);
  EXPECT_EQ(state_of("3"), TaskState::capped);
  EXPECT_EQ(claim(10).size(), 2U);
  const auto events = world.events("3");
  EXPECT_TRUE(std::ranges::any_of(events, [](const auto& one) { return one.kind == "over_cap"; }));
}

TEST_P(Caps, TheyAreAdmittedInOrderWhenOneEnds) {
  cap_lane("vod", 1);
  for (const char* job : {"1", "2", "3"}) submit(job);
  for (const char* job : {"1", "2", "3"}) {
    const auto granted = claim(10);
    ASSERT_EQ(jobs_of(granted), std::string(job) + " ");
    ASSERT_TRUE(world.commit(granted.front().claim));
  }
}

TEST_P(Caps, ACapHoldsInEachPoolForItself) {
  cap_lane("vod", 1);
  cap_lane("vod", 2, "gpu");
  for (int i = 0; i < 3; ++i) {
    submit("c" + std::to_string(i), "vod", "tenant", "cpu");
    submit("g" + std::to_string(i), "vod", "tenant", "gpu");
  }
  EXPECT_EQ(claim(10, "cpu").size(), 1U);
  EXPECT_EQ(claim(10, "gpu").size(), 2U);
}

TEST_P(Caps, OtherLanesGoOn) {
  cap_lane("vod", 1);
  submit("1");
  submit("2");
  submit("3", "bulk");
  EXPECT_EQ(claim(10).size(), 2U);
}

TEST_P(Caps, ATaskThatComesBackGoesFirst) {
  cap_lane("vod", 1);
  submit("1");
  submit("2");
  submit("3");
  const auto first = claim(1);
  const auto report = world.report(first.front().claim, "unrecognised");
  ASSERT_EQ(report->state, TaskState::backing_off);
  const auto second = claim(1);
  ASSERT_EQ(jobs_of(second), "2 ") << "a task that backs off takes no room";
  clock.advance(std::chrono::hours(1));
  world.sweep();
  EXPECT_EQ(state_of("1"), TaskState::capped);
  ASSERT_TRUE(world.commit(second.front().claim));
  EXPECT_EQ(jobs_of(claim(1)), "1 ");
}

TEST_P(Caps, ATenantsCapHoldsInAllLanesTogether) {
  cap_tenant("tenant", 2);
  submit("1", "live");
  submit("2", "vod");
  submit("3", "bulk");
  submit("4", "vod", "other");
  EXPECT_EQ(state_of("3"), TaskState::ready) << "each may run now; only who is first is open";
  const auto granted = claim(10);
  EXPECT_EQ(granted.size(), 3U);
  EXPECT_EQ(state_of("3"), TaskState::capped) << "no room is left";
  ASSERT_TRUE(world.commit(granted.front().claim));
  EXPECT_EQ(state_of("3"), TaskState::ready);
}

TEST_P(Caps, ATenantOverItsCapHoldsUpNobody) {
  cap_lane("vod", 3);
  cap_tenant("many", 1);
  for (int i = 0; i < 20; ++i) submit("m" + std::to_string(i), "vod", "many");
  submit("o1", "vod", "other");
  submit("o2", "vod", "other");
  const std::string jobs = jobs_of(claim(10));
  EXPECT_EQ(jobs, "m0 o1 o2 ");
}

TEST_P(Caps, ATenantsCapInOneLaneLeavesItTheOthers) {
  cap_tenant("tenant", 1, "vod");
  submit("1");
  submit("2");
  submit("3", "live");
  EXPECT_EQ(claim(10).size(), 2U);
  EXPECT_EQ(state_of("2"), TaskState::capped);
}

TEST_P(Caps, WhatWaitsInAPoolWithoutWorkersTakesNoRoom) {
  cap_tenant("tenant", 1);
  submit("1", "vod", "tenant", "gpu");
  submit("2", "vod", "tenant", "cpu");
  EXPECT_EQ(jobs_of(claim(10, "cpu")), "2 ");
}

TEST_P(Caps, AHigherCapLetsThemIn) {
  cap_lane("vod", 1);
  for (const char* job : {"1", "2", "3"}) submit(job);
  cap_lane("vod", 2);
  EXPECT_EQ(state_of("2"), TaskState::ready);
  EXPECT_EQ(state_of("3"), TaskState::capped);
  cap_lane("vod", kNoCap);
  EXPECT_EQ(state_of("3"), TaskState::ready);
}

TEST_P(Caps, ALowerCapHoldsForWhatIsReadyAlready) {
  for (const char* job : {"1", "2", "3"}) submit(job);
  cap_lane("vod", 1);
  EXPECT_EQ(claim(10).size(), 1U);
  cap_tenant("tenant", 0);
  cap_lane("vod", kNoCap);
  EXPECT_EQ(claim(10).size(), 0U);
  cap_tenant("tenant", kNoCap);
  EXPECT_EQ(claim(10).size(), 2U);
}

TEST_P(Caps, WhatIsLeftAfterABatchIsLetInByTheSweep) {
  cap_lane("vod", 0);
  for (int i = 0; i < 300; ++i) submit("job" + std::to_string(i));
  cap_lane("vod", kNoCap);
  std::size_t granted = claim(400).size();
  EXPECT_EQ(granted, 256U);
  world.sweep();
  EXPECT_EQ(granted + claim(400).size(), 300U);
}

TEST_P(Caps, CancelOfACappedTaskLeavesTheOthersInOrder) {
  cap_lane("vod", 1);
  for (const char* job : {"1", "2", "3"}) submit(job);
  ASSERT_TRUE(store->execute(CancelJob{world.job("2")}));
  ASSERT_TRUE(store->execute(CancelJob{world.job("1")}));
  EXPECT_EQ(jobs_of(claim(1)), "3 ");
}

TEST_P(Caps, ATaskThatIsBeingCancelledStillTakesItsRoom) {
  cap_lane("vod", 1);
  submit("1");
  submit("2");
  const auto granted = claim(1);
  ASSERT_TRUE(store->execute(CancelJob{world.job("1")}));
  EXPECT_EQ(state_of("2"), TaskState::capped) << "its encoder may still run";
  ASSERT_TRUE(world.release(granted.front().claim));
  EXPECT_EQ(state_of("2"), TaskState::ready);
}

TEST_P(Caps, ReservedSlotsAreKeptForTheirLane) {
  world.register_worker("worker", {"cpu"}, "{}", 4);
  ASSERT_TRUE(store->execute(SetLane{"live", "", {}, 2, {}, "test"}));
  for (int i = 0; i < 4; ++i) submit("b" + std::to_string(i), "bulk");
  EXPECT_EQ(claim(4).size(), 2U);
  submit("l1", "live");
  submit("l2", "live");
  EXPECT_EQ(jobs_of(claim(2)), "l1 l2 ");
}

TEST_P(Caps, SlotsComeAndGoWithSessions) {
  world.register_worker("worker", {"cpu"}, "{}", 1);
  ASSERT_TRUE(store->execute(SetLane{"live", "", {}, 1, {}, "test"}));
  submit("1", "bulk");
  EXPECT_TRUE(claim(1).empty()) << "the only slot is reserved";
  world.register_worker("second", {"cpu", "gpu"}, "{}", 1);
  world.register_worker("second", {"cpu", "gpu"}, "{}", 1);
  const auto granted = claim(1);
  EXPECT_EQ(granted.size(), 1U);
  submit("2", "bulk");
  EXPECT_TRUE(claim(1).empty());
  ASSERT_TRUE(world.commit(granted.front().claim));
  ASSERT_TRUE(store->execute(EndSession{base::SessionId("second")}));
  ASSERT_TRUE(store->execute(EndSession{base::SessionId("second")}));
  EXPECT_TRUE(claim(1).empty());
}

TEST_P(Caps, ChangesOfLimitsThatMakeNoSenseAreRefused) {
  using base::ErrorCode;
  const auto code_of = [&](const SetLane& op) { return store->execute(op).error().code; };
  EXPECT_EQ(code_of({"nolane", "", 1, {}, {}, ""}), ErrorCode::not_found);
  EXPECT_EQ(code_of({"", "", 1, {}, {}, ""}), ErrorCode::not_found);
  EXPECT_EQ(code_of({"vod", "", 0, {}, {}, ""}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({"vod", "", 101, {}, {}, ""}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({"vod", "cpu", 3, {}, {}, ""}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({"vod", "", {}, -1, {}, ""}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({"vod", "", {}, {}, -2, ""}), ErrorCode::invalid_argument);
}

/// Everything at once, at random: whatever happens in whatever order, no more run than may, nobody
/// waits without need, and the counts are those of the tables.
TEST_P(Caps, HoldUnderAnyInterleaving) {
  const std::array<std::string, 3> lanes = {"live", "vod", "bulk"};
  const std::array<std::string, 3> tenants = {"one", "two", "three"};
  std::mt19937 random(11);
  const auto draw = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  cap_lane("vod", 2);
  cap_lane("bulk", 1, "gpu");
  cap_tenant("one", 3);
  cap_tenant("two", 1, "vod");
  world.register_worker("worker", {"cpu", "gpu"}, "{}", 100);
  std::vector<Claim> running;
  const int steps = GetParam().name == "SqliteInMemory" ? 600 : 60;
  for (int step = 0, jobs = 0; step < steps; ++step) {
    const std::size_t kind = draw(8);
    if (kind < 3) {
      submit("job" + std::to_string(jobs++), lanes[draw(3)], tenants[draw(3)],
             draw(2) == 0 ? "cpu" : "gpu");
    } else if (kind < 5) {
      for (const auto& one :
           claim(1 + static_cast<std::int64_t>(draw(3)), draw(2) == 0 ? "cpu" : "gpu"))
        running.push_back(one.claim);
    } else if (kind == 5 && jobs > 0 && draw(3) == 0) {
      ASSERT_TRUE(store->execute(
          CancelJob{world.job("job" + std::to_string(draw(static_cast<std::size_t>(jobs))))}));
    } else if (!running.empty()) {
      const std::size_t at = draw(running.size());
      const Claim one = running[at];
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(at));
      const std::size_t ending = draw(3);
      if (ending == 0) (void)world.commit(one);
      if (ending == 1) (void)world.release(one);
      if (ending == 2) (void)world.report(one, "unrecognised");
    }
    if (draw(10) == 0) clock.advance(std::chrono::minutes(10));
    if (draw(10) == 0) world.sweep();
    ASSERT_EQ(find_cap_faults(*store).value(), std::vector<std::string>()) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Store, Caps, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
