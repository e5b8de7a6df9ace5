#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "base/json.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

using Row = std::pair<TaskState, TaskEvent>;

/// Rows that no op takes yet: pinned encoder revisions come with the server.
bool has_no_op_yet(const queue::Transition& row) {
  return row.event == TaskEvent::no_such_revision;
}

/// What makes each row of the table happen to task "a" of a job whose "b" needs it.
class Scenarios : public StoreConformance {
 protected:
  void report(const std::string& reason) { ASSERT_TRUE(world.report(world.claim(), reason)); }
  void cancel() { ASSERT_TRUE(store->execute(CancelJob{world.job()})); }
  void reprocess() { ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again"})); }
  void fall_silent() {
    clock.advance(kTtl * 2);
    world.sweep(kTtl.count());
  }
  void cap(std::int64_t most) {
    ASSERT_TRUE(store->execute(SetLane{"vod", "", {}, {}, most, "test"}));
  }
  void submit_scheduled(const Schedule& schedule) {
    SubmitJob op = world.make_job({{"a"}}, "scheduled");
    op.schedule = schedule;
    ASSERT_TRUE(store->execute(op));
    clock.advance(std::chrono::minutes(1));
    world.sweep();
  }
  void hop() {
    Schedule schedule;
    schedule.hop_after = std::chrono::minutes(1);
    schedule.hop_lane = "live";
    submit_scheduled(schedule);
  }
  void delay() {
    Schedule schedule;
    schedule.start_in = std::chrono::minutes(1);
    submit_scheduled(schedule);
  }
  void hold() { report("licence_missing"); }
  void need_what_nobody_has() {
    RegisterSession worker;
    worker.session.id = base::SessionId("plain");
    worker.session.facts = R"({"encoders":[]})";
    worker.pools = {"cpu"};
    ASSERT_TRUE(store->execute(worker));
    SubmitJob op = world.make_job({{"a"}}, "scheduled");
    op.tasks[0].requirements = "encoder:h264_nvenc";
    ASSERT_TRUE(store->execute(op));
  }

  std::vector<std::function<void()>> all() {
    return {
        [&] { ASSERT_TRUE(world.commit(world.claim())); },
        [&] { cancel(); },
        [&] {
          world.claim();
          cancel();
          fall_silent();
        },
        [&] {
          const Claim claim = world.claim();
          cancel();
          ASSERT_TRUE(world.release(claim));
        },
        [&] {
          const Claim claim = world.claim();
          fall_silent();
          ASSERT_TRUE(world.commit(claim));
        },
        [&] {
          const Claim claim = world.claim();
          fall_silent();
          world.sweep();
          ASSERT_TRUE(world.commit(claim));
        },
        [&] { ASSERT_TRUE(world.release(world.claim())); },
        [&] {
          report("unrecognised");
          cancel();
        },
        [&] {
          report("input_empty");
          reprocess();
        },
        [&] {
          report("invalid_option");
          reprocess();
        },
        [&] {
          report("oom_killed");
          reprocess();
        },
        [&] {
          cap(0);
          cap(kNoCap);
        },
        [&] { hop(); },
        [&] {
          cap(0);
          hop();
        },
        [&] { delay(); },
        [&] {
          cap(0);
          cancel();
        },
        [&] {
          const Claim claim = world.claim();
          fall_silent();
          cap(0);
          world.sweep();
          ASSERT_TRUE(world.commit(claim));
        },
        [&] {
          report("oom_killed");
          ReprocessDeadLetters op;
          op.first_due = clock.now() + std::chrono::hours(1);
          ASSERT_EQ(store->execute(op)->waiting, 1);
        },
        [&] {
          hold();
          cancel();
        },
        [&] {
          hold();
          ASSERT_TRUE(store->execute(ReleaseHeld{world.job()}));
        },
        [&] { need_what_nobody_has(); },
    };
  }

  std::set<Row> taken_by(const std::function<void()>& scenario) {
    store = GetParam().open(clock, folder.path() / std::to_string(++runs_));
    world = StoreWorld(*store);
    world.submit(
        {{"a", {}, queue::TaskKind::encode, R"({"memory":{"max":0},"operational":{"max":0}})"},
         {"b", {"a"}}});
    scenario();
    std::set<Row> taken;
    std::vector<EventRow> events = world.events();
    std::ranges::move(world.events("scheduled"), std::back_inserter(events));
    for (const EventRow& event : events) {
      const auto record = base::parse_json(event.bytes, "event");
      const auto body = base::object_or(record->get_object(), "body");
      const auto from = queue::parse_task_state(base::text_or(body, "from"));
      for (const TaskEvent kind : queue::all_task_events())
        if (from && to_word(kind) == event.kind) taken.emplace(*from, kind);
    }
    return taken;
  }

 private:
  int runs_ = 0;
};

TEST_P(Scenarios, TakeEveryRowOfTheTable) {
  std::set<Row> taken;
  for (const auto& scenario : all()) taken.merge(taken_by(scenario));
  for (const queue::Transition& row : queue::kTransitions)
    EXPECT_EQ(taken.contains({row.from, row.event}), !has_no_op_yet(row))
        << to_word(row.from) << ' ' << to_word(row.event);
}

INSTANTIATE_TEST_SUITE_P(Store, Scenarios, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
