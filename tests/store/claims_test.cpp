#include "store/conformance.h"
#include "store/worker_reads.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

TEST_P(StoreConformance, EachClaimRaisesTheFence) {
  world.submit({{"a"}});
  for (std::int64_t fence = 1; fence <= 3; ++fence) {
    const Claim claim = world.claim();
    EXPECT_EQ(claim.fence, fence);
    ASSERT_TRUE(world.release(claim));
  }
}

TEST_P(StoreConformance, ATaskIsClaimedByOneOnly) {
  world.submit({{"a"}});
  world.claim("first");
  EXPECT_TRUE(world.claim_all("second")->granted.empty());
}

TEST_P(StoreConformance, JobOfARunIsForItsOwnProcess) {
  SubmitJob op = world.make_job({{"a"}});
  op.job.identity = "of a command";
  ASSERT_TRUE(store->execute(op));
  EXPECT_TRUE(world.claim_all("anybody")->granted.empty());
  EXPECT_EQ(find_ready_work(*store, "cpu", 10)->for_all, 0);
  world.open_session("its own");
  const auto own = store->execute(
      ClaimTasks{world.next_request(), base::SessionId("its own"), {"cpu"}, world.job(), 1});
  ASSERT_TRUE(own && own->granted.size() == 1);
}

TEST_P(StoreConformance, WorkerThatLostItsLeaseCannotCommit) {
  world.submit({{"a"}});
  const Claim lost = world.claim("slow");
  clock.advance(kTtl * 2);
  world.sweep(kTtl.count());
  world.sweep();
  const Claim held = world.claim("quick");
  EXPECT_EQ(world.commit(lost).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.stage(lost, "late").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.report(lost, "unrecognised").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.release(lost).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.state("a"), TaskState::leased);
  EXPECT_TRUE(world.commit(held));
}

// The last commits before a failover may be lost, and a whole job with them; its worker still
// lives, and must hear so, and its other tasks must not suffer for it.
TEST_P(StoreConformance, AClaimOfATaskThatIsNoLongerThereIsSuperseded) {
  world.submit({{"a"}});
  const Claim stands = world.claim();
  const Claim gone{base::TaskId("gone"), 1, base::ClaimId("gone")};
  EXPECT_EQ(world.commit(gone).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.stage(gone, "late").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.report(gone, "unrecognised").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.release(gone).error().code, ErrorCode::superseded);
  const auto beat =
      store->execute(Heartbeat{base::SessionId("worker"), {{stands, {}}, {gone, {}}}, 0});
  ASSERT_TRUE(beat);
  EXPECT_EQ(beat->superseded, std::vector<Claim>{gone});
}

TEST_P(StoreConformance, LateCommitOfAnUnclaimedTaskIsAcceptedOnce) {
  world.submit({{"a"}});
  const Claim late = world.claim();
  ASSERT_TRUE(world.stage(late, "output"));
  clock.advance(kTtl * 2);
  EXPECT_EQ(world.sweep(kTtl.count()).leases_expired, 1);
  EXPECT_EQ(world.commit(late)->state, TaskState::succeeded);
  EXPECT_EQ(world.commit(late).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.outputs("a").front().state, "committed");
}

TEST_P(StoreConformance, LateCommitIsAcceptedWhenTheTaskIsReadyAgain) {
  world.submit({{"a"}});
  const Claim late = world.claim();
  clock.advance(kTtl * 2);
  world.sweep(kTtl.count());
  world.sweep();
  ASSERT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.commit(late)->state, TaskState::succeeded);
  EXPECT_TRUE(world.claim_all("other")->granted.empty());
}

TEST_P(StoreConformance, RepeatedClaimGivesTheSameClaims) {
  world.submit({{"a"}, {"b"}});
  world.open_session("worker");
  const ClaimTasks op{world.next_request(), base::SessionId("worker"), {"cpu"}, {}, 2};
  const auto first = store->execute(op);
  const auto second = store->execute(op);
  ASSERT_TRUE(first && second);
  ASSERT_EQ(first->granted.size(), 2U);
  std::set<std::string> ids, again;
  for (const auto& one : first->granted) ids.insert(one.claim.id.value);
  for (const auto& one : second->granted) again.insert(one.claim.id.value);
  EXPECT_EQ(ids, again);
}

TEST_P(StoreConformance, RepeatedReleaseGivesTheSameAnswer) {
  world.submit({{"a"}});
  const ReleaseClaim op{world.next_request(), world.claim(), "drain", "{}"};
  ASSERT_EQ(store->execute(op)->state, TaskState::ready);
  world.claim("other");
  EXPECT_EQ(store->execute(op)->state, TaskState::ready);
  EXPECT_EQ(world.state("a"), TaskState::leased);
}

TEST_P(StoreConformance, ReleasedClaimCannotCommit) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.stage(claim, "output"));
  ASSERT_TRUE(world.release(claim));
  const auto collected = store->execute(DoomOutputs{});
  for (const auto& output : collected->doomed)
    ASSERT_TRUE(store->execute(ForgetOutput{output.object_key}));
  // Still under way when the release was answered; its outputs are collected already.
  EXPECT_EQ(world.commit(claim).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.stage(claim, "output").error().code, ErrorCode::superseded);
  EXPECT_EQ(world.state("a"), TaskState::ready);
}

TEST_P(StoreConformance, ReportedClaimCannotCommit) {
  world.submit({{"a"}});
  const Claim claim = world.claim();
  ASSERT_TRUE(world.report(claim, "unrecognised"));
  EXPECT_EQ(world.commit(claim).error().code, ErrorCode::superseded);
  EXPECT_EQ(world.state("a"), TaskState::backing_off);
}

TEST_P(StoreConformance, ClaimOfADeadSessionCannotCommit) {
  world.submit({{"a"}});
  const Claim claim = world.claim("worker");
  const auto released =
      store->execute(ReleaseDeadSession{base::SessionId("worker"), "its lock is free", {}});
  ASSERT_TRUE(released);
  EXPECT_EQ(released->released, std::vector<Claim>{claim});
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").n_lost, 1);
  EXPECT_EQ(world.commit(claim).error().code, ErrorCode::superseded);
}

TEST_P(StoreConformance, EndedSessionClaimsNothing) {
  world.submit({{"a"}});
  world.open_session("worker");
  ASSERT_TRUE(store->execute(EndSession{base::SessionId("worker")}));
  EXPECT_EQ(world.claim_all("worker").error().code, ErrorCode::superseded);
}

TEST_P(StoreConformance, HeartbeatNamesWhatIsOver) {
  world.submit({{"a"}, {"b"}});
  const Claim first = world.claim("worker");
  const Claim second = world.claim("worker");
  ASSERT_TRUE(world.commit(first));
  ASSERT_TRUE(store->execute(CancelJob{world.job()}));
  const auto answer =
      store->execute(Heartbeat{base::SessionId("worker"), {{first, {}}, {second, {}}}, 0});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->session_known);
  EXPECT_EQ(answer->superseded, std::vector<Claim>{first});
  EXPECT_EQ(answer->cancelling, std::vector<Claim>{second});
}

TEST_P(StoreConformance, HeartbeatKeepsTheLease) {
  world.submit({{"a"}});
  const Claim claim = world.claim("worker");
  for (int i = 0; i < 5; ++i) {
    clock.advance(kTtl / 2);
    ASSERT_TRUE(
        store->execute(Heartbeat{base::SessionId("worker"), {{claim, "{\"frame\":7}"}}, 0}));
    EXPECT_EQ(world.sweep(kTtl.count()).leases_expired, 0);
  }
  EXPECT_EQ(list_attempts(*store, world.job())->front().record, "{\"frame\":7}");
}

TEST_P(StoreConformance, LeaseThatItsHolderDoesNotKnowIsGivenBack) {
  world.submit({{"a"}, {"b"}});
  const Claim known = world.claim("worker");
  const Claim unknown = world.claim("worker");  // granted to a request that nobody waits for
  const base::Micros grace = std::chrono::minutes(2);
  const Heartbeat beat{base::SessionId("worker"), {{known, {}}}, grace.count()};
  ASSERT_TRUE(store->execute(beat));
  EXPECT_TRUE(*find_lease(*store, unknown.task)) << "its answer may still be under way";
  clock.advance(grace + base::Micros(1));
  ASSERT_TRUE(store->execute(beat));
  EXPECT_FALSE(*find_lease(*store, unknown.task));
  EXPECT_TRUE(*find_lease(*store, known.task));
  EXPECT_EQ(find_task(*store, unknown.task)->value().n_lost, 0);
}

TEST_P(StoreConformance, SilentSessionLosesItsLeases) {
  world.submit({{"a"}});
  world.claim("worker");
  clock.advance(kTtl);
  EXPECT_EQ(world.sweep(kTtl.count()).leases_expired, 0);
  clock.advance(base::Micros(1));
  EXPECT_EQ(world.sweep(kTtl.count()).leases_expired, 1);
  EXPECT_EQ(world.task("a").n_lost, 1);
  EXPECT_EQ(world.task("a").n_transient, 0);
}

TEST_P(StoreConformance, AStepOfTheWallClockMovesNoLease) {
  world.submit({{"a"}});
  world.claim("worker");
  clock.set_wall(clock.now() + std::chrono::hours(5));
  EXPECT_EQ(world.sweep(kTtl.count()).leases_expired, 0);
}

TEST_P(StoreConformance, TaskLostOnThreeHostsIsSuspected) {
  world.submit({{"a"}});
  for (const std::string host : {"one", "two", "three"}) {
    world.sweep();
    world.claim(host);
    clock.advance(kTtl * 2);
    world.sweep(kTtl.count());
  }
  EXPECT_EQ(world.state("a"), TaskState::dead);
  EXPECT_EQ(world.task("a").n_lost, 3);
}

TEST_P(StoreConformance, ReprocessForgetsTheHostsThatWereLost) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"poison_hosts":2})"}});
  const auto lose = [&](const std::string& host) {
    world.sweep();
    world.claim(host);
    clock.advance(kTtl * 2);
    world.sweep(kTtl.count());
  };
  lose("one");
  lose("two");
  ASSERT_EQ(world.state("a"), TaskState::dead);
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again"}));
  lose("three");
  EXPECT_EQ(world.state("a"), TaskState::backing_off) << "its budgets are fresh";
}

TEST_P(StoreConformance, LossesHaveACapOfTheirOwn) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"lost":{"max":2}})"}});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(world.state("a"), TaskState::ready) << i;
    world.claim("worker" + std::to_string(i));
    ASSERT_TRUE(store->execute(
        ReleaseDeadSession{base::SessionId("worker" + std::to_string(i)), "gone", {}}));
  }
  EXPECT_EQ(world.state("a"), TaskState::dead);
}

TEST_P(StoreConformance, OneTenantsBacklogDoesNotHideAnothersTask) {
  for (int i = 0; i < 5; ++i) world.submit({{"a"}}, "many" + std::to_string(i));
  SubmitJob other = world.make_job({{"a"}}, "other");
  other.job.tenant = "other";
  ASSERT_TRUE(store->execute(other));
  const auto first = world.claim_all("worker", 2);
  ASSERT_EQ(first->granted.size(), 2U);
  EXPECT_TRUE(first->granted[0].task.job.value == "other" ||
              first->granted[1].task.job.value == "other");
}

TEST_P(StoreConformance, ARunClaimsOnlyItsOwnJob) {
  world.submit({{"a"}}, "mine");
  world.submit({{"a"}}, "other");
  world.open_session("worker");
  const auto answer = store->execute(ClaimTasks{
      world.next_request(), base::SessionId("worker"), {"cpu"}, base::JobId("mine"), 10});
  ASSERT_EQ(answer->granted.size(), 1U);
  EXPECT_EQ(answer->granted.front().task.job.value, "mine");
}

}  // namespace
}  // namespace mpegflow::store
