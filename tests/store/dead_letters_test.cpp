#include "base/json.h"
#include "core/submit/read_spec.h"
#include "core/submit/run_identity.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

class DeadLetters : public StoreConformance {
 protected:
  /// A job whose task "a" died of `reason`; "b" needs it and was skipped.
  void submit_dead(const std::string& job, const std::string& reason = "io_error") {
    world.submit({{"a", {}, queue::TaskKind::encode, kNoRetries}, {"b", {"a"}}}, job);
    ASSERT_TRUE(world.report(world.claim(), reason));
    ASSERT_EQ(world.task("a", job).state, TaskState::dead);
    clock.advance(std::chrono::seconds(1));
  }
  std::vector<DeadLetterGroupRow> groups() { return *list_dead_letter_groups(*store); }
  ReprocessDeadLetters::Answer reprocess(const ReprocessDeadLetters& op) {
    const auto answer = store->execute(op);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer.value_or(ReprocessDeadLetters::Answer{});
  }
};

TEST_P(DeadLetters, ThatFailedAlikeAreOneGroup) {
  submit_dead("one");
  submit_dead("two");
  submit_dead("three", "oom_killed");
  ASSERT_EQ(groups().size(), 2U);
  EXPECT_EQ(groups().front().tasks, 2);
  EXPECT_EQ(groups().front().jobs, 2);
  EXPECT_EQ(groups().front().reason, "io_error");
  EXPECT_EQ(groups().front().bucket, "transient");
  EXPECT_LT(groups().front().first_died, groups().front().last_died);
  const auto letter = find_dead_letter(*store, world.id_of("a", "three"));
  ASSERT_TRUE(letter && *letter);
  EXPECT_EQ((*letter)->reason, "oom_killed");
  EXPECT_EQ((*letter)->why, "memory budget of 0 is spent");
}

TEST_P(DeadLetters, OfLostWorkersSayHowManyHosts) {
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"poison_hosts":1})"}});
  world.claim("host");
  ASSERT_TRUE(store->execute(ReleaseDeadSession{base::SessionId("host"), "gone", {}}));
  ASSERT_EQ(groups().size(), 1U);
  EXPECT_EQ(groups().front().reason, "suspected_poison");
  EXPECT_EQ(world.task("a").reason, "suspected_poison");
}

TEST_P(DeadLetters, AreNoneAnyMoreOnceTheyGetAnotherChance) {
  submit_dead("one");
  const std::int64_t fence = world.task("a", "one").fence;
  ASSERT_EQ(reprocess({}).tasks, 1);
  EXPECT_TRUE(groups().empty());
  EXPECT_EQ(world.task("a", "one").state, TaskState::ready);
  EXPECT_EQ(world.task("b", "one").state, TaskState::blocked) << "what was skipped comes back";
  EXPECT_EQ(world.claim().fence, fence + 1) << "the fence goes on";
}

TEST_P(DeadLetters, AreChosenByWhatTheyDiedOf) {
  submit_dead("one");
  submit_dead("two", "oom_killed");
  const base::WallTime later = clock.now();
  submit_dead("three");
  ReprocessDeadLetters op;
  op.filter.reason = "io_error";
  op.filter.since = later;
  EXPECT_EQ(reprocess(op).jobs, std::vector{world.job("three")});
  op.filter = {};
  op.filter.signature = groups().front().signature;
  op.filter.lane = "bulk";
  EXPECT_EQ(reprocess(op).tasks, 0);
  op.filter.lane = "vod";
  EXPECT_EQ(reprocess(op).tasks, 1);
  op.filter = {};
  op.filter.tenant = "nobody";
  EXPECT_EQ(reprocess(op).tasks, 0);
}

TEST_P(DeadLetters, ComeBackOneAfterTheOtherAtARate) {
  for (const char* job : {"one", "two", "three"}) submit_dead(job);
  ReprocessDeadLetters op;
  op.rate_per_minute = 2;
  const auto answer = reprocess(op);
  EXPECT_EQ(answer.tasks, 3);
  EXPECT_EQ(answer.waiting, 2);
  EXPECT_EQ(world.task("a", "one").state, TaskState::ready);
  EXPECT_EQ(world.task("a", "two").state, TaskState::backing_off);
  EXPECT_EQ(*find_timer(*store, world.id_of("a", "three")), clock.now() + std::chrono::minutes(1));
  clock.advance(std::chrono::seconds(30));
  world.sweep();
  EXPECT_EQ(world.task("a", "two").state, TaskState::ready);
  EXPECT_EQ(world.task("a", "three").state, TaskState::backing_off);
}

TEST_P(DeadLetters, AreTakenPageByPageInTheSameRhythm) {
  for (const char* job : {"one", "two", "three"}) submit_dead(job);
  ReprocessDeadLetters op;
  op.rate_per_minute = 60;
  op.limit = 2;
  const auto first = reprocess(op);
  ASSERT_TRUE(first.after);
  op.after = *first.after;
  op.first_due = first.first_due;
  const auto second = reprocess(op);
  EXPECT_EQ(first.tasks + second.tasks, 3);
  EXPECT_FALSE(second.after);
  EXPECT_EQ(*find_timer(*store, world.id_of("a", "three")), clock.now() + std::chrono::seconds(2));
}

TEST_P(DeadLetters, OfACancelledJobAreLeftAndNamed) {
  submit_dead("one");
  world.submit({{"a", {}, queue::TaskKind::encode, kNoRetries}, {"c"}}, "two");
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  ASSERT_TRUE(store->execute(CancelJob{world.job("two")}));
  const auto answer = reprocess({});
  EXPECT_EQ(answer.jobs, std::vector{world.job("one")});
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused.front().first, world.id_of("a", "two"));
}

TEST_P(DeadLetters, GetAnotherPoolOnlyIfThereIsOne) {
  submit_dead("one");
  ReprocessDeadLetters op;
  op.way.pool = "big";
  EXPECT_EQ(store->execute(op).error().code, ErrorCode::not_found);
  ASSERT_TRUE(store->execute(SetPool{{"big", 0, "", ""}}));
  EXPECT_EQ(reprocess(op).tasks, 1);
  EXPECT_EQ(world.task("a", "one").pool, "big");
  EXPECT_EQ(world.task("b", "one").pool, "cpu") << "what only waited stays where it is";
}

TEST_P(DeadLetters, OneTaskComesBackWithWhatWaitsForItAlone) {
  const auto dies = [](const char* key) {
    return TestTask{key, {}, queue::TaskKind::encode, kNoRetries};
  };
  world.submit({dies("a"), dies("b"), {"both", {"a", "b"}}, {"mine", {"a"}}, {"fine"}});
  for (int i = 0; i < 3; ++i) {
    const Claim claim = world.claim();
    if (claim.task == world.id_of("fine")) ASSERT_TRUE(world.commit(claim));
    else ASSERT_TRUE(world.report(claim, "io_error"));
  }
  const auto answer = store->execute(ReprocessJob{world.job(), "again", world.id_of("a")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->tasks, 2);
  EXPECT_EQ(world.state("a"), TaskState::ready);
  EXPECT_EQ(world.state("mine"), TaskState::blocked);
  EXPECT_EQ(world.state("b"), TaskState::dead);
  EXPECT_EQ(world.state("both"), TaskState::skipped) << "b is still dead";
  EXPECT_EQ(world.state("fine"), TaskState::succeeded);
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again", world.id_of("b")}));
  EXPECT_EQ(world.state("both"), TaskState::blocked);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(world.job_state(), "succeeded");
}

TEST_P(DeadLetters, ATaskThatDidNotFailGetsNoOtherChance) {
  submit_dead("one");
  for (const char* key : {"b", "none"})
    EXPECT_FALSE(store->execute(ReprocessJob{world.job("one"), "", world.id_of(key, "one")}))
        << key;
}

/// A claim as `mpegflow run` makes it: of this job alone.
Claim claim_of_job(StoreWorld& world, Store& store) {
  world.open_session("its own");
  const auto answer = store.execute(
      ClaimTasks{world.next_request(), base::SessionId("its own"), {"cpu"}, world.job(), 1});
  EXPECT_TRUE(answer && answer->granted.size() == 1) << "one task of the job is ready";
  return answer && !answer->granted.empty() ? answer->granted.front().claim : Claim{};
}

TEST_P(DeadLetters, OfALadderKeepTheEncoderOfWhatIsEncoded) {
  SubmitJob op = world.make_job({{"720p", {}, queue::TaskKind::encode},
                                 {"480p", {}, queue::TaskKind::encode, kNoRetries},
                                 {"manifest", {"720p", "480p"}, queue::TaskKind::manifest}});
  op.job.identity = "of another making";
  ASSERT_TRUE(store->execute(op));
  const Claim kept = claim_of_job(world, *store);
  ASSERT_EQ(kept.task, world.id_of("720p"));
  ASSERT_TRUE(world.report(claim_of_job(world, *store), "io_error"));
  ASSERT_TRUE(world.release(kept));
  ReprocessDeadLetters again;
  again.way.encoder_revision = base::EncoderRevisionId("newer");
  EXPECT_EQ(reprocess(again).tasks, 1) << "nothing is encoded yet";
  EXPECT_EQ(world.task("720p").encoder_revision.value, "newer") << "a ladder is of one revision";
  EXPECT_EQ(find_job(*store, world.job())->value().identity, "of another making");
  ASSERT_TRUE(world.commit(claim_of_job(world, *store)));
  ASSERT_TRUE(world.report(claim_of_job(world, *store), "io_error"));
  again.way.encoder_revision = base::EncoderRevisionId("newest");
  const auto refused = reprocess(again);
  EXPECT_EQ(refused.tasks, 0);
  ASSERT_EQ(refused.refused.size(), 1U);
  again.way.encoder_revision = base::EncoderRevisionId("newer");
  EXPECT_EQ(reprocess(again).tasks, 1) << "the same is no other";
}

TEST_P(DeadLetters, OfAnotherEncoderAreFoundByTheCommandThatHasIt) {
  SubmitJob op = world.make_job({{"a", {}, queue::TaskKind::encode, kNoRetries}});
  submit::RunIdentity identity;
  identity.spec.inputs = {{"main", "file:///main.mp4"}};
  identity.encoder_revision = op.job.encoder_revision;
  identity.input_identities = {"{}"};
  op.job.spec = base::to_canonical_json(submit::to_json(identity.spec));
  op.job.identity = submit::hash_identity(identity);
  ASSERT_TRUE(store->execute(op));
  ASSERT_TRUE(world.report(claim_of_job(world, *store), "io_error"));
  ReprocessJob again{world.job(), "again"};
  again.way.encoder_revision = identity.encoder_revision = base::EncoderRevisionId("newer");
  ASSERT_TRUE(store->execute(again));
  EXPECT_EQ(*find_latest_job(*store, submit::hash_identity(identity)), world.job());
}

INSTANTIATE_TEST_SUITE_P(Store, DeadLetters, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
