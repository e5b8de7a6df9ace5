#include "base/json.h"
#include "core/audit/attempt_record.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

class Retries : public StoreConformance {
 protected:
  void set_pool(const std::string& name, std::int64_t memory, const std::string& next) {
    ASSERT_TRUE(store->execute(SetPool{{name, memory, next, "for a test"}}));
  }
  ReportFailure make_oom(const Claim& claim, std::int64_t peak) {
    ReportFailure op = world.make_report(claim, "oom_killed");
    audit::AttemptRecord record;
    record.peak_anonymous_bytes = peak;
    op.record = base::to_canonical_json(audit::to_json(record));
    return op;
  }
  Claim claim_in(const std::string& pool) {
    const base::SessionId session = world.open_session("worker of " + pool);
    const auto answer = store->execute(ClaimTasks{world.next_request(), session, {pool}, {}, 1});
    EXPECT_TRUE(answer && answer->granted.size() == 1) << "one task is ready in " << pool;
    return answer && !answer->granted.empty() ? answer->granted.front().claim : Claim{};
  }
  base::json::object body_of(const std::string& kind) {
    base::json::object body;
    for (const EventRow& event : world.events())
      if (event.kind == kind)
        body = base::object_or(base::parse_json(event.bytes, "event")->get_object(), "body");
    return body;
  }
  void wait_and_sweep() {
    clock.advance(std::chrono::hours(1));
    world.sweep();
  }
};

TEST_P(Retries, WhatRanOutOfMemoryGoesToThePoolThatItsPeakAsksFor) {
  set_pool("cpu", kGiB, "mid");
  set_pool("vast", 64 * kGiB, "");
  set_pool("mid", 4 * kGiB, "vast");
  world.submit({{"a"}});
  ASSERT_TRUE(store->execute(make_oom(world.claim(), 5 * kGiB)));
  EXPECT_EQ(world.task("a").pool, "vast");
  EXPECT_EQ(base::text_or(body_of("retry_scheduled"), "pool"), "vast");
  EXPECT_EQ(base::text_or(body_of("retry_scheduled"), "from_pool"), "cpu");
  wait_and_sweep();
  EXPECT_TRUE(world.claim_all("other")->granted.empty()) << "not in its old pool";
  ASSERT_TRUE(store->execute(make_oom(claim_in("vast"), 64 * kGiB)));
  EXPECT_EQ(world.state("a"), TaskState::dead) << "none is larger";
  EXPECT_NE(base::text_or(body_of("retries_exhausted"), "why").find("no pool"), std::string::npos);
}

TEST_P(Retries, NoAttemptBeginsAfterTheTotalTime) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"total_wall_us":1800000000})"}});
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  EXPECT_EQ(world.state("a"), TaskState::backing_off);
  wait_and_sweep();
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  EXPECT_EQ(world.state("a"), TaskState::dead);
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again"}));
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  EXPECT_EQ(world.state("a"), TaskState::backing_off) << "the time begins anew";
}

TEST_P(Retries, ALostWorkerSendsTheTaskToThePoolOfItsPolicy) {
  set_pool("ondemand", 0, "");
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"lost":{"next_pool":"ondemand"}})"}});
  world.claim();
  clock.advance(kTtl * 2);
  world.sweep(kTtl.count());
  world.sweep();
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").pool, "ondemand");
  EXPECT_EQ(base::text_or(body_of("retry_scheduled"), "pool"), "ondemand");
  claim_in("ondemand");
}

TEST_P(Retries, ARestartOfTheEngineCostsNothing) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"lost":{"max":0}})"}});
  world.claim("run");
  ReleaseDeadSession op{base::SessionId("run"), "it was started again", {}};
  op.is_free = true;
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").n_lost, 0);
}

TEST_P(Retries, AnAttemptThatSomebodyCancelledEndsItsTaskAsCancelled) {
  world.submit({{"a"}, {"b", {"a"}}});
  const auto answer = world.report(world.claim(), "cancelled_by_user");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, TaskState::cancelled);
  EXPECT_EQ(world.state("b"), TaskState::cancelled);
  EXPECT_EQ(world.job_state(), "cancelled");
}

TEST_P(Retries, AHeartbeatTellsTheHolderOfAnExpiredClaimThatItMayFinish) {
  world.submit({{"a"}});
  const Claim claim = world.claim("slow");
  clock.advance(kTtl * 2);
  world.sweep(kTtl.count());
  const Heartbeat beat{base::SessionId("slow"), {{claim, R"({"beat":1})"}}, 0};
  const auto expired = store->execute(beat);
  ASSERT_TRUE(expired);
  EXPECT_FALSE(expired->session_known);
  EXPECT_EQ(expired->expired, std::vector{claim});
  EXPECT_TRUE(expired->superseded.empty());
  const auto attempts = list_attempts(*store, world.job());
  EXPECT_EQ(attempts->front().outcome, "lost") << "that it was lost stays counted";
  world.sweep();
  ASSERT_TRUE(world.stage(claim, "k"));
  EXPECT_EQ(world.commit(claim)->state, TaskState::succeeded);
  EXPECT_EQ(store->execute(beat)->superseded, std::vector{claim}) << "it is over";
}

TEST_P(Retries, AHeartbeatTellsTheHolderOfAnExpiredClaimThatAnotherHasTheTask) {
  world.submit({{"a"}});
  const Claim claim = world.claim("slow");
  clock.advance(kTtl * 2);
  world.sweep(kTtl.count());
  world.sweep();
  world.claim("quick");
  const auto answer = store->execute(Heartbeat{base::SessionId("slow"), {{claim, {}}}, 0});
  EXPECT_EQ(answer->superseded, std::vector{claim});
  EXPECT_TRUE(answer->expired.empty());
}

INSTANTIATE_TEST_SUITE_P(Store, Retries, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
