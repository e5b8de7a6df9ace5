#include <algorithm>

#include "store/conformance.h"

namespace mpegflow::store {
namespace {

using queue::TaskState;

/// A job whose encode names an encoder, and workers that say what they have.
class HeldNeeds : public StoreConformance {
 protected:
  void submit_encode(const std::string& encoder) {
    SubmitJob op = StoreWorld::make_job({{"a"}});
    op.tasks[0].params = R"({"argv":["ffmpeg","-i","in","-c:v",")" + encoder + R"(","out"]})";
    ASSERT_TRUE(store->execute(op));
  }
  void register_worker(const std::string& name, const std::string& facts,
                       const std::string& pool = "cpu") {
    world.register_worker(name, {pool}, facts);
  }
  Claim claim_by(const std::string& session) {
    const auto answer =
        store->execute(ClaimTasks{world.next_request(), base::SessionId(session), {"cpu"}, {}, 1});
    EXPECT_TRUE(answer && answer->granted.size() == 1);
    return answer && !answer->granted.empty() ? answer->granted.front().claim : Claim{};
  }
  base::Result<ReportFailure::Answer> miss_encoder(const std::string& session) {
    return world.report(claim_by(session), "encoder_unavailable");
  }

  bool is_told(const std::string& kind) {
    return std::ranges::any_of(world.events(),
                               [&](const EventRow& event) { return event.kind == kind; });
  }

  static constexpr const char* kPlain = R"({"encoders":["aac","libx264"]})";
  static constexpr const char* kNvidia = R"({"encoders":["aac","h264_nvenc","libx264"]})";
};

TEST_P(HeldNeeds, ThatNoWorkerOfThePoolMeetsHoldTheTaskAndAreNamed) {
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  register_worker("two", kPlain);
  EXPECT_EQ(miss_encoder("one")->state, TaskState::held) << "the other has it no more than this";
  const TaskRow task = world.task("a");
  EXPECT_EQ(task.reason, "encoder_unavailable");
  EXPECT_NE(task.cause.find("pool cpu has the encoder h264_nvenc"), std::string::npos)
      << task.cause;
  EXPECT_TRUE(list_failures_in_a_row(*store, "one")->empty()) << "the host is not to blame";
}

TEST_P(HeldNeeds, AreMetByAWorkerThatComesWithIt) {
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  ASSERT_EQ(miss_encoder("one")->state, TaskState::held);
  register_worker("two", kPlain);
  register_worker("far", kNvidia, "gpu");
  EXPECT_EQ(world.state("a"), TaskState::held) << "neither has it in that pool";
  register_worker("three", kNvidia);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").n_operational, 0) << "with fresh budgets";
  EXPECT_TRUE(is_told("released"));
  EXPECT_TRUE(world.commit(claim_by("three")));
}

TEST_P(HeldNeeds, LeaveATaskThatAWorkerOfThePoolMayMeetToItsRetries) {
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  register_worker("two", kNvidia);
  EXPECT_EQ(miss_encoder("one")->state, TaskState::backing_off);
}

TEST_P(HeldNeeds, LeaveATaskToItsRetriesWhileSomebodyDoesNotSayWhatItHas) {
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  register_worker("silent", "{}");
  EXPECT_EQ(miss_encoder("one")->state, TaskState::backing_off);
}

TEST_P(HeldNeeds, GoToThePoolThatFollows) {
  ASSERT_TRUE(store->execute(SetPool{{"gpu", 0, {}, {}}}));
  ASSERT_TRUE(store->execute(SetPool{{"cpu", 0, "gpu", {}}}));
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  EXPECT_EQ(miss_encoder("one")->state, TaskState::backing_off);
  EXPECT_EQ(world.task("a").pool, "gpu");
}

TEST_P(HeldNeeds, AreForgottenWhenTheTaskGoesOnOtherwise) {
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  ASSERT_EQ(miss_encoder("one")->state, TaskState::held);
  ASSERT_EQ(store->execute(ReleaseHeld{world.job()})->tasks, 1);
  ASSERT_TRUE(world.commit(claim_by("one")));
  register_worker("two", kNvidia);
  EXPECT_EQ(world.state("a"), TaskState::succeeded);
}

TEST_P(HeldNeeds, AreNoMatterWhenSomebodyGivesTheTaskAnotherChance) {
  ASSERT_TRUE(store->execute(SetPool{{"gpu", 0, {}, {}}}));
  submit_encode("h264_nvenc");
  register_worker("one", kPlain);
  ASSERT_EQ(miss_encoder("one")->state, TaskState::held);
  const auto again = store->execute(ReprocessJob{world.job(), "by hand", {}, {"gpu", {}}});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->tasks, 1);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").pool, "gpu");
  EXPECT_TRUE(is_told("released"));
}

TEST_P(HeldNeeds, HoldNothingThatEndsDeadByItsPolicy) {
  SubmitJob op = StoreWorld::make_job(
      {{"a", {}, queue::TaskKind::encode, R"({"operational":{"max":0,"then":"dead"}})"}});
  op.tasks[0].params = R"({"argv":["ffmpeg","-i","in","-c:v","h264_nvenc","out"]})";
  ASSERT_TRUE(store->execute(op));
  register_worker("one", kPlain);
  EXPECT_EQ(miss_encoder("one")->state, TaskState::dead);
}

INSTANTIATE_TEST_SUITE_P(Store, HeldNeeds, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
