#include <algorithm>

#include "store/conformance.h"
#include "store/worker_reads.h"

namespace mpegflow::store {
namespace {

constexpr const char* kNvenc = "encoder:h264_nvenc";
constexpr const char* kPlain = R"({"encoders":["aac","libx264"],"filters":["scale"]})";
constexpr const char* kNvidia = R"({"encoders":["aac","h264_nvenc","libx264"],"filters":[]})";
constexpr const char* kWithFallback =
    R"({"argv":["h264_nvenc"],"fallback":{"argv":["libx264"],"encoder":"libx264"},"folder":"a"})";

/// Tasks that not every worker can do, and workers that say what they have.
class Requirements : public StoreConformance {
 protected:
  /// One task for each of `requirements`, named a, b, …
  void submit(const std::vector<std::string>& requirements, const std::string& params = "{}") {
    SubmitJob op = StoreWorld::make_job({});
    for (const std::string& one : requirements) {
      const auto position = static_cast<std::int64_t>(op.tasks.size());
      op.tasks.push_back(
          StoreWorld::make_task({std::string(1, static_cast<char>('a' + position))}, position));
      op.tasks.back().requirements = one;
      op.tasks.back().params = params;
    }
    ASSERT_TRUE(store->execute(op));
  }
  void register_worker(const std::string& name, const std::string& facts,
                       const std::string& pool = "cpu") {
    world.register_worker(name, {pool}, facts);
  }
  void end_worker(const std::string& name) {
    ASSERT_TRUE(store->execute(EndSession{base::SessionId(name)}));
  }
  void set_next(const std::string& pool, const std::string& next) {
    ASSERT_TRUE(store->execute(SetPool{{next, 0, {}, {}}}));
    ASSERT_TRUE(store->execute(SetPool{{pool, 0, next, {}}}));
  }
  /// The keys of what the worker is given, in order.
  std::string claim_keys(const std::string& session, const std::string& pool = "cpu",
                         const base::JobId& only_job = {}) {
    const auto answer = store->execute(
        ClaimTasks{world.next_request(), base::SessionId(session), {pool}, only_job, 10});
    EXPECT_TRUE(answer) << answer.error().message;
    std::string keys;
    if (answer)
      for (const auto& granted : answer->granted) keys += granted.task.key;
    return keys;
  }
  std::string body_of(const std::string& kind) {
    for (const EventRow& event : world.events())
      if (event.kind == kind) return event.bytes;
    return "";
  }
};

TEST_P(Requirements, ThatNobodyMeetsHoldTheTaskAtOnceAndSayForWhat) {
  register_worker("one", kPlain);
  submit({kNvenc, ""});
  EXPECT_EQ(world.state("a"), TaskState::held);
  EXPECT_EQ(world.state("b"), TaskState::ready);
  const TaskRow task = world.task("a");
  EXPECT_EQ(task.fence, 0) << "without an attempt";
  EXPECT_EQ(task.reason, "encoder_unavailable");
  EXPECT_EQ(task.cause,
            "no worker of pool cpu has the encoder h264_nvenc; the task goes on when one that has "
            "it comes");
  EXPECT_NE(body_of("no_such_worker").find("the encoder h264_nvenc"), std::string::npos);
}

TEST_P(Requirements, OfWhichSomeAreMetNameTheOthers) {
  register_worker("one", R"({"encoders":[],"filters":["drawtext"],"fonts":["DejaVu Sans"]})");
  submit({"filter:drawtext|font:Noto Sans"});
  EXPECT_EQ(world.task("a").reason, "font_missing");
  EXPECT_EQ(world.task("a").cause.find("no worker of pool cpu has the font Noto Sans;"), 0U);
}

TEST_P(Requirements, ThatNobodyMeetsTogetherAreAllNamed) {
  register_worker("one", R"({"encoders":["libx264"],"filters":["drawtext"]})");
  register_worker("two", kNvidia);
  submit({"encoder:h264_nvenc|filter:drawtext"});
  EXPECT_EQ(world.task("a").cause.find(
                "no worker of pool cpu has the encoder h264_nvenc and the filter drawtext;"),
            0U);
}

TEST_P(Requirements, AreMetByAWorkerThatComes) {
  register_worker("one", kPlain);
  submit({kNvenc});
  register_worker("two", kPlain);
  EXPECT_EQ(world.state("a"), TaskState::held);
  register_worker("three", kNvidia);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_NE(body_of("released").find("a worker of pool cpu has the encoder h264_nvenc"),
            std::string::npos);
  EXPECT_EQ(claim_keys("one"), "");
  EXPECT_EQ(claim_keys("three"), "a");
}

TEST_P(Requirements, KeepATaskFromAWorkerThatDoesNotMeetThem) {
  register_worker("plain", kPlain);
  register_worker("gpu", kNvidia);
  submit({kNvenc, kNvenc, kNvenc, kNvenc, ""});
  EXPECT_EQ(claim_keys("plain"), "e") << "what it can do is not behind what it cannot";
  EXPECT_EQ(claim_keys("plain"), "");
  EXPECT_EQ(claim_keys("gpu"), "abcd");
}

TEST_P(Requirements, MayBeMetByWhoeverDoesNotSayWhatItHas) {
  register_worker("one", kPlain);
  register_worker("silent", "{}");
  submit({kNvenc});
  EXPECT_EQ(claim_keys("one"), "");
  EXPECT_EQ(claim_keys("silent"), "a");
}

/// Whoever scales the pool sees what waits.
TEST_P(Requirements, LeaveATaskReadyInAPoolWithoutWorkers) {
  submit({kNvenc});
  EXPECT_EQ(world.state("a"), TaskState::ready);
  register_worker("one", kPlain);
  EXPECT_EQ(world.state("a"), TaskState::held) << "now it is known that it does not";
  end_worker("one");
  register_worker("two", kNvidia);
  EXPECT_EQ(claim_keys("two"), "a");
}

TEST_P(Requirements, HoldATaskWhenTheLastWhoMetThemHasGone) {
  register_worker("one", kPlain);
  register_worker("two", kNvidia);
  submit({kNvenc});
  ASSERT_EQ(world.state("a"), TaskState::ready);
  end_worker("two");
  world.sweep();
  EXPECT_EQ(world.state("a"), TaskState::held);
}

TEST_P(Requirements, BecomeThePoolThatFollowsAndMeetsThem) {
  set_next("cpu", "gpu");
  register_worker("one", kPlain);
  register_worker("two", kNvidia, "gpu");
  submit({kNvenc, ""});
  EXPECT_EQ(world.task("a").pool, "gpu");
  EXPECT_EQ(world.task("b").pool, "cpu");
  EXPECT_EQ(claim_keys("one"), "b");
  EXPECT_EQ(claim_keys("two", "gpu"), "a");
}

TEST_P(Requirements, WaitInTheNextPoolForItsFirstWorker) {
  set_next("cpu", "gpu");
  register_worker("one", kPlain);
  submit({kNvenc});
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.task("a").pool, "gpu");
}

TEST_P(Requirements, OfAHeldTaskAreMetWhenPoolsAreLinked) {
  register_worker("one", kPlain);
  register_worker("two", kNvidia, "gpu");
  submit({kNvenc});
  EXPECT_EQ(world.state("a"), TaskState::held);
  EXPECT_NE(world.task("a").cause.find("workers of pool gpu have it: mpegflow pool set cpu --next "
                                       "gpu"),
            std::string::npos)
      << world.task("a").cause;
  set_next("cpu", "gpu");
  EXPECT_EQ(claim_keys("two", "gpu"), "a");
}

TEST_P(Requirements, AreJudgedWhenTheParentCommits) {
  SubmitJob op = StoreWorld::make_job({{"a"}, {"b", {"a"}}});
  op.tasks[1].requirements = kNvenc;
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(world.state("b"), TaskState::blocked);
  register_worker("one", kPlain);
  const auto answer =
      store->execute(ClaimTasks{world.next_request(), base::SessionId("one"), {"cpu"}, {}, 1});
  ASSERT_TRUE(world.commit(answer->granted.front().claim));
  EXPECT_EQ(world.state("b"), TaskState::held);
  EXPECT_EQ(world.job_state(), "running");
}

TEST_P(Requirements, HoldATaskAgainWhoeverGivesItAnotherChance) {
  register_worker("one", kPlain);
  submit({kNvenc});
  ASSERT_EQ(store->execute(ReleaseHeld{world.job()})->tasks, 1);
  EXPECT_EQ(world.state("a"), TaskState::held);
  EXPECT_EQ(world.task("a").fence, 0);
}

TEST_P(Requirements, MayNameSeveralThings) {
  register_worker("one", kNvidia);
  submit({"encoder:h264_nvenc|filter:scale_cuda"});
  EXPECT_EQ(world.state("a"), TaskState::held) << "the filter is missing";
  register_worker("two", R"({"encoders":["h264_nvenc"],"filters":["scale_cuda"]})");
  EXPECT_EQ(claim_keys("one"), "");
  EXPECT_EQ(claim_keys("two"), "a");
}

TEST_P(Requirements, AreCountedForThoseWhoMeetThem) {
  register_worker("one", kPlain);
  register_worker("two", kNvidia);
  submit({kNvenc, kNvenc, ""});
  const auto work = find_ready_work(*store, "cpu", 10);
  ASSERT_TRUE(work);
  EXPECT_EQ(work->for_all, 1);
  EXPECT_EQ(work->able, std::set<base::SessionId>{base::SessionId("two")});
}

TEST_P(Requirements, ThatNobodyMeetsLetTheTaskFallBack) {
  register_worker("one", kPlain);
  submit({kNvenc}, kWithFallback);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  const TaskRow task = world.task("a");
  EXPECT_EQ(task.requirements, "");
  EXPECT_EQ(task.params,
            R"({"argv":["libx264"],"folder":"a","notes":["no worker of pool cpu has the encoder )"
            R"(h264_nvenc: a is encoded by libx264"]})");
  EXPECT_NE(body_of("fallback_taken").find("libx264"), std::string::npos);
  EXPECT_EQ(claim_keys("one"), "a");
}

TEST_P(Requirements, ThatSomebodyMeetsLeaveTheFallbackAlone) {
  register_worker("one", kPlain);
  register_worker("two", kNvidia);
  submit({kNvenc}, kWithFallback);
  EXPECT_EQ(claim_keys("one"), "") << "it waits for the better one, busy or not";
  EXPECT_EQ(body_of("fallback_taken"), "");
  end_worker("two");
  world.sweep();
  EXPECT_NE(body_of("fallback_taken"), "") << "now there is nobody to wait for";
  EXPECT_EQ(claim_keys("one"), "a");
}

TEST_P(Requirements, GoToThePoolThatMeetsThemBeforeTheyFallBack) {
  set_next("cpu", "gpu");
  register_worker("one", kPlain);
  submit({kNvenc}, kWithFallback);
  EXPECT_EQ(claim_keys("one"), "a") << "pool gpu has nobody";
  register_worker("two", kNvidia, "gpu");
  SubmitJob op = StoreWorld::make_job({{"a"}}, "second");
  op.tasks[0].requirements = kNvenc;
  op.tasks[0].params = kWithFallback;
  ASSERT_TRUE(store->execute(op));
  EXPECT_EQ(world.task("a", "second").pool, "gpu");
}

TEST_P(Requirements, CountAgainstTheCapsOfThePoolThatTheyLeadTo) {
  set_next("cpu", "gpu");
  register_worker("one", kPlain);
  register_worker("two", kNvidia, "gpu");
  ASSERT_TRUE(store->execute(SetLane{"vod", "gpu", {}, {}, 1, "test"}));
  submit({kNvenc, kNvenc});
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.state("b"), TaskState::capped);
  EXPECT_EQ(claim_keys("two", "gpu"), "a");
}

/// Nobody but the run's own worker takes its tasks.
class RequirementsOfARun : public Requirements {
 protected:
  void submit_run(const std::string& params = "{}") {
    SubmitJob op = StoreWorld::make_job({{"a"}, {"b"}});
    op.job.identity = "run";
    op.tasks[0].requirements = kNvenc;
    op.tasks[0].params = params;
    ASSERT_TRUE(store->execute(op));
  }
  std::string claim_all_of_run() {
    std::string keys;
    for (std::string some = "none"; !some.empty(); keys += some)
      some = claim_keys("run", "cpu", world.job());
    return keys;
  }
};

TEST_P(RequirementsOfARun, AreJudgedByItsOwnWorkerAlone) {
  register_worker("gpu", kNvidia);
  submit_run();
  register_worker("run", kPlain);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(claim_keys("run", "cpu", world.job()), "b");
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(claim_keys("run", "cpu", world.job()), "");
  EXPECT_EQ(world.state("a"), TaskState::held);
  EXPECT_EQ(world.task("a").cause, "this machine does not have the encoder h264_nvenc");
  register_worker("more", kNvidia);
  EXPECT_EQ(world.state("a"), TaskState::held) << "that is none of its business";
  ASSERT_EQ(store->execute(ReleaseHeld{world.job()})->tasks, 1);
  EXPECT_EQ(world.state("a"), TaskState::ready) << "the next run may have it";
}

TEST_P(RequirementsOfARun, LetItFallBack) {
  submit_run(kWithFallback);
  register_worker("run", kPlain);
  EXPECT_EQ(claim_all_of_run(), "ba");
  EXPECT_NE(body_of("fallback_taken")
                .find("this machine does not have the encoder h264_nvenc: a is "
                      "encoded by libx264"),
            std::string::npos);
}

TEST_P(RequirementsOfARun, AreMetWhereItHasWhatTheyName) {
  submit_run(kWithFallback);
  register_worker("run", kNvidia);
  EXPECT_EQ(claim_all_of_run(), "ab");
  EXPECT_EQ(body_of("fallback_taken"), "");
}

INSTANTIATE_TEST_SUITE_P(Store, RequirementsOfARun, testing::ValuesIn(sqlite_cases()), name_case);
INSTANTIATE_TEST_SUITE_P(Store, Requirements, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
