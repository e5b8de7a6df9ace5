#include "store/conformance.h"
#include "store/lanes.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

/// Jobs that fail on hosts; a session's name is its host's.
class Hosts : public StoreConformance {
 protected:
  base::Result<ClaimTasks::Answer> ask(const std::string& host) {
    RegisterSession op;
    op.session.id = base::SessionId(host);
    op.session.host = host;
    op.session.facts = "{}";
    op.pools = {"cpu"};
    EXPECT_TRUE(store->execute(op));
    return store->execute(ClaimTasks{world.next_request(), base::SessionId(host), {"cpu"}, {}, 1});
  }
  /// A job of its own fails on the host.
  void fail_on(const std::string& host, const std::string& reason = "io_error") {
    const std::string job = fmt::format("job{}", ++jobs_);
    world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"max":0}})"}}, job);
    const auto answer = ask(host);
    ASSERT_TRUE(answer && answer->granted.size() == 1) << host;
    ASSERT_TRUE(world.report(answer->granted.front().claim, reason));
  }
  bool is_refused(const std::string& host) {
    const auto answer = ask(host);
    return !answer && answer.error().code == ErrorCode::quarantined;
  }
  void quarantine(const std::string& host) {
    for (int i = 0; i < 3; ++i) fail_on(host);
  }

  int jobs_ = 0;
};

TEST_P(Hosts, OnWhichJobAfterJobFailsGetNoTasksForAWhile) {
  ask("good");
  quarantine("bad");
  EXPECT_TRUE(is_refused("bad"));
  EXPECT_FALSE(is_refused("good"));
  const auto quarantines = list_quarantines(*store);
  ASSERT_EQ(quarantines->size(), 1U);
  EXPECT_EQ(quarantines->front().host, "bad");
  EXPECT_EQ(list_failures_in_a_row(*store, "bad")->size(), 3U);
  clock.advance(std::chrono::minutes(15));
  ask("good");
  EXPECT_FALSE(is_refused("bad")) << "its time is over";
  fail_on("bad");
  ask("good");
  EXPECT_TRUE(is_refused("bad")) << "one more is enough as long as nothing has succeeded";
}

TEST_P(Hosts, SayWhyTheirWorkersTakeNoTasks) {
  ask("full");
  const auto find_pause = [&] { return list_open_sessions(*store)->front().pause; };
  EXPECT_EQ(find_pause(), queue::Pause::none);
  ASSERT_TRUE(store->execute(Heartbeat{base::SessionId("full"), {}, 0, queue::Pause::disk_full}));
  EXPECT_EQ(find_pause(), queue::Pause::disk_full);
  ASSERT_TRUE(store->execute(Heartbeat{base::SessionId("full"), {}, 0, std::nullopt}));
  EXPECT_EQ(find_pause(), queue::Pause::disk_full) << "nothing else was said";
  ASSERT_TRUE(store->execute(Heartbeat{base::SessionId("full"), {}, 0, queue::Pause::none}));
  EXPECT_EQ(find_pause(), queue::Pause::none);
}

TEST_P(Hosts, AreNeverLockedOutWhenNoOtherServesThePool) {
  quarantine("laptop");
  ASSERT_EQ(list_quarantines(*store)->size(), 1U);
  EXPECT_FALSE(is_refused("laptop"));
  RegisterSession other;
  other.session.id = base::SessionId("gpu");
  other.session.host = "gpu";
  other.session.facts = "{}";
  other.pools = {"gpu"};
  ASSERT_TRUE(store->execute(other));
  EXPECT_FALSE(is_refused("laptop")) << "that one serves another pool";
  ask("good");
  EXPECT_TRUE(is_refused("laptop"));
  clock.advance(std::chrono::minutes(2));
  EXPECT_FALSE(is_refused("laptop")) << "the other one is heard of no more";
}

TEST_P(Hosts, ThatAreAllQuarantinedAllGetTasks) {
  quarantine("one");
  quarantine("two");
  EXPECT_FALSE(is_refused("one"));
  EXPECT_FALSE(is_refused("two"));
}

TEST_P(Hosts, MayAlwaysDoTheJobThatTheyWereStartedFor) {
  ask("good");
  quarantine("bad");
  world.submit({{"a"}});
  const auto answer = store->execute(
      ClaimTasks{world.next_request(), base::SessionId("bad"), {"cpu"}, world.job(), 1});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->granted.size(), 1U);
}

TEST_P(Hosts, AreForgivenWhenSomethingSucceeds) {
  ask("good");
  fail_on("host");
  fail_on("host");
  world.submit({{"fine"}}, "fine");
  ASSERT_TRUE(world.commit(ask("host")->granted.front().claim));
  fail_on("host");
  fail_on("host");
  EXPECT_FALSE(is_refused("host"));
}

TEST_P(Hosts, AreNotToBlameForOneJobNorForABadInput) {
  ask("good");
  world.submit({{"a"}, {"b"}, {"c"}, {"d"}});
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(world.report(ask("host")->granted.front().claim, "io_error"));
  for (int i = 0; i < 4; ++i) fail_on("host", "input_empty");
  for (int i = 0; i < 4; ++i) fail_on("host", "invalid_option");
  EXPECT_FALSE(is_refused("host"));
}

TEST_P(Hosts, AreClearedOfAJobThatFailsEverywhere) {
  ask("good");
  fail_on("one");
  fail_on("one");
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"base_us":0}})"}}, "poison");
  const auto fail_again = [&](const std::string& host) {
    world.sweep();
    ASSERT_TRUE(world.report(ask(host)->granted.front().claim, "io_error"));
  };
  fail_again("one");
  EXPECT_TRUE(is_refused("one"));
  fail_again("two");
  EXPECT_TRUE(is_refused("one"));
  fail_again("three");
  EXPECT_FALSE(is_refused("one")) << "the job is the suspect now";
  EXPECT_EQ(list_failures_in_a_row(*store, "one")->size(), 2U);
  EXPECT_TRUE(list_failures_in_a_row(*store, "two")->empty());
}

TEST_P(Hosts, AreReleasedByHand) {
  ask("good");
  quarantine("bad");
  EXPECT_TRUE(store->execute(ReleaseHost{"bad"})->was_quarantined);
  EXPECT_FALSE(is_refused("bad"));
  fail_on("bad");
  EXPECT_FALSE(is_refused("bad")) << "they count from nothing";
  EXPECT_FALSE(store->execute(ReleaseHost{"bad"})->was_quarantined);
}

TEST_P(Hosts, ThatSomebodyTakesOutGetNoTasksWhoeverElseIsThere) {
  EXPECT_FALSE(is_refused("laptop"));
  ASSERT_TRUE(store->execute(QuarantineHost{"laptop", "its disk clicks", "jane@desk"}));
  EXPECT_TRUE(is_refused("laptop")) << "nobody else serves the pool, but somebody said so";
  const auto quarantines = list_quarantines(*store);
  ASSERT_EQ(quarantines->size(), 1U);
  EXPECT_EQ(quarantines->front().why, "its disk clicks");
  EXPECT_EQ(quarantines->front().set_by, "jane@desk");
  EXPECT_EQ(quarantines->front().until, std::nullopt);
  clock.advance(std::chrono::hours(24 * 400));
  EXPECT_TRUE(is_refused("laptop")) << "no time ends it";
  EXPECT_TRUE(store->execute(ReleaseHost{"laptop", "joe@desk", "a new disk"})->was_quarantined);
  EXPECT_FALSE(is_refused("laptop"));

  const auto changes = list_limit_changes(*store, "host laptop", 10);
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_EQ(changes->at(0).changed_by, "joe@desk");
  EXPECT_EQ(changes->at(0).change, R"({"quarantined":false,"why":"a new disk"})");
  EXPECT_EQ(changes->at(1).changed_by, "jane@desk");
  EXPECT_EQ(changes->at(1).change, R"({"quarantined":true,"why":"its disk clicks"})");
}

TEST_P(Hosts, ThatSomebodyTookOutAreNotForgivenByWhatTheyStillRun) {
  ask("good");
  fail_on("bad");
  world.submit({{"fine"}}, "fine");
  const auto running = ask("bad");
  ASSERT_TRUE(store->execute(QuarantineHost{"bad", "noise", "jane"}));
  ASSERT_TRUE(world.commit(running->granted.front().claim));
  EXPECT_TRUE(is_refused("bad")) << "a success ends what failures began, no more";
  EXPECT_EQ(list_quarantines(*store)->front().why, "noise");
}

TEST_P(Hosts, ThatSomebodyTookOutStayOutForTheirFailuresToo) {
  ask("good");
  for (int i = 0; i < 2; ++i) fail_on("bad");
  world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"max":0}})"}}, "last");
  const auto running = ask("bad");
  ASSERT_TRUE(store->execute(QuarantineHost{"bad", "noise", "jane"}));
  ASSERT_TRUE(world.report(running->granted.front().claim, "io_error"));
  EXPECT_EQ(list_quarantines(*store)->front().why, "noise") << "not for a quarter of an hour";
}

TEST_P(Hosts, ThatSomebodyTookOutStillPublishAndDoTheirOwnJobs) {
  ask("server");
  ASSERT_TRUE(store->execute(QuarantineHost{"server", "for the night", "jane"}));
  EXPECT_TRUE(store->execute(
      ClaimTasks{world.next_request(), base::SessionId("server"), {"deliver"}, {}, 1}));
  world.submit({{"a"}});
  EXPECT_TRUE(store->execute(
      ClaimTasks{world.next_request(), base::SessionId("server"), {"cpu"}, world.job(), 1}));
  EXPECT_TRUE(is_refused("server"));
}

TEST_P(Hosts, AreTakenOutForAReasonOnly) {
  for (const std::string& why : {std::string(), std::string(257, 'x'), std::string("\xff")}) {
    const auto answer = store->execute(QuarantineHost{"host", why, "jane"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(list_quarantines(*store)->empty());
}

INSTANTIATE_TEST_SUITE_P(Store, Hosts, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
