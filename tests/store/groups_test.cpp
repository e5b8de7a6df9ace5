#include <random>

#include "store/cap_faults.h"
#include "store/conformance.h"
#include "store/group_store.h"
#include "store/lanes.h"

namespace mpegflow::store {
namespace {

/// The same ops, in groups in one store and one by one in another.
class Groups : public StoreConformance {
 protected:
  Groups() : alone_(GetParam().open(clock, folder.path() / "alone")) {}

  void add(Op op) { ops_.push_back(std::move(op)); }

  /// Carries out what was added; what both stores answered must be the same.
  std::vector<base::Result<Answer>> apply() {
    const std::vector<Op> ops = std::exchange(ops_, {});
    auto answers = apply_in_order(*store, ops);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const auto answer = alone_->apply(ops[i]);
      EXPECT_EQ(answer.has_value(), answers[i].has_value());
      if (!answer || !answers[i]) continue;
      const auto* claimed = std::get_if<ClaimTasks::Answer>(&*answer);
      if (claimed == nullptr) continue;
      EXPECT_EQ(claims_of(*claimed), claims_of(std::get<ClaimTasks::Answer>(*answers[i])));
    }
    return answers;
  }

  static std::vector<std::string> claims_of(const ClaimTasks::Answer& answer) {
    std::vector<std::string> claims;
    for (const auto& one : answer.granted)
      claims.push_back(
          fmt::format("{} {} {}", one.claim.task.value, one.claim.fence, one.claim.id.value));
    return claims;
  }

  static std::string describe(Store& store) {
    std::string text;
    const auto lanes = list_lanes(store);
    for (const LaneView& lane : *lanes)
      for (const LaneInPool& in_pool : lane.pools)
        text += fmt::format("{} in {}: {} ready, {} running, {} capped\n", lane.name, in_pool.pool,
                            in_pool.ready, in_pool.running, in_pool.capped);
    const auto jobs = list_jobs(store, 1000);
    for (const JobRow& job : *jobs) {
      const auto tasks = list_tasks(store, job.id);
      for (const TaskRow& task : *tasks)
        text += fmt::format("{} {} {}\n", job.id.value, job.state, to_word(task.state));
    }
    return text;
  }

  std::unique_ptr<Store> alone_;
  std::vector<Op> ops_;
};

TEST_P(Groups, LeaveTheStoreAsOneByOne) {
  const std::array<std::string, 3> lanes = {"live", "vod", "bulk"};
  const std::array<std::string, 2> tenants = {"one", "two"};
  std::mt19937 random(5);
  const auto draw = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  RegisterSession worker;
  worker.session.id = base::SessionId("worker");
  worker.session.host = "host";
  worker.session.facts = "{}";
  worker.pools = {"cpu"};
  worker.slots = 20;
  add(worker);
  std::vector<Claim> running;
  int jobs = 0;
  for (int round = 0; round < 40; ++round) {
    for (std::size_t left = 1 + draw(12); left > 0; --left) {
      const std::size_t kind = draw(10);
      if (kind < 4) {
        SubmitJob op = world.make_job({{"a"}, {"b", {"a"}}}, fmt::format("job{}", jobs++));
        op.job.lane = lanes[draw(3)];
        op.job.tenant = tenants[draw(2)];
        add(op);
      } else if (kind < 6) {
        add(ClaimTasks{world.next_request(),
                       base::SessionId("worker"),
                       {"cpu"},
                       {},
                       1 + static_cast<std::int64_t>(draw(3))});
      } else if (kind == 6) {
        add(SetLane{lanes[draw(3)], "", {}, {}, static_cast<std::int64_t>(draw(4)), "test"});
      } else if (kind == 7) {
        add(SetTenantCap{tenants[draw(2)], "", static_cast<std::int64_t>(draw(5)), "test"});
      } else if (kind == 8) {
        // Fails halfway: two tasks of one key. What came before it in the group must stand.
        SubmitJob op = world.make_job({{"a"}, {"b"}}, fmt::format("broken{}", jobs++));
        op.tasks.back().key = "a";
        add(op);
      } else if (!running.empty()) {
        // Some of them twice: the second is refused, which must not touch what came before it.
        const Claim claim = running[draw(running.size())];
        if (draw(2) == 0) add(world.make_commit(claim));
        else add(ReleaseClaim{world.next_request(), claim, "test", "{}"});
      }
    }
    for (const auto& answer : apply()) {
      if (!answer) continue;
      if (const auto* claimed = std::get_if<ClaimTasks::Answer>(&*answer))
        for (const auto& one : claimed->granted) running.push_back(one.claim);
    }
    // Right after a cap was lowered more may run than it allows, in both.
    ASSERT_EQ(find_cap_faults(*store).value(), find_cap_faults(*alone_).value());
    ASSERT_EQ(describe(*store), describe(*alone_)) << "round " << round;
  }
  for (const std::string& lane : lanes) add(SetLane{lane, "", {}, {}, kNoCap, "test"});
  for (const std::string& tenant : tenants) add(SetTenantCap{tenant, "", kNoCap, "test"});
  apply();
}

INSTANTIATE_TEST_SUITE_P(Store, Groups, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
