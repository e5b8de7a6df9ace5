#include "core/retry/policy.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

constexpr std::uint64_t kLargestDraw = std::numeric_limits<std::uint64_t>::max();

Verdict decide_on(std::string_view reason, const Counters& counters = {}, std::uint64_t draw = 0) {
  return decide(make_finding(reason, ""), counters, RetryPolicy{}, draw);
}

TEST(Decide, SucceedsWithoutFault) {
  EXPECT_EQ(decide_on("ok").step, Step::succeed);
}

TEST(Decide, NeverRetriesWhatIsDeterministic) {
  EXPECT_EQ(decide_on("moov_missing").step, Step::failed_input);
  EXPECT_EQ(decide_on("input_changed").step, Step::failed_input);
  EXPECT_EQ(decide_on("invalid_option").step, Step::failed_spec);
  EXPECT_EQ(decide_on("cancelled_by_user").step, Step::cancelled);
}

TEST(Decide, GivesUpWhenTheBudgetIsSpent) {
  Counters counters;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const Verdict verdict = decide_on("io_error", counters);
    EXPECT_EQ(verdict.step, Step::retry) << attempt;
    counters = verdict.counters;
  }
  EXPECT_EQ(decide_on("io_error", counters).step, Step::dead);
}

TEST(Decide, KeepsTheBudgetsApart) {
  Counters counters;
  counters.n_transient = 5;
  EXPECT_EQ(decide_on("oom_killed", counters).step, Step::retry);
  EXPECT_EQ(decide_on("oom_killed", counters).action, "higher_memory_pool");
  counters.n_memory = 2;
  EXPECT_EQ(decide_on("oom_killed", counters).step, Step::dead);
  EXPECT_EQ(decide_on("encoder_unavailable", counters).step, Step::retry);
}

/// One machine, three pools in a row.
Verdict decide_in(std::string_view reason, const std::string& pool,
                  const RetryPolicy& policy = {}) {
  const std::vector<Pool> pools = {{"cpu", 0, "new"}, {"new", 0, "odd"}, {"odd", 0, ""}};
  return decide(make_finding(reason, ""), {}, policy, 0, {pool, pools, 0, {}, 1});
}

TEST(Decide, TakesWhatAWorkerCannotDoToTheNextPool) {
  for (const char* reason : {"encoder_unavailable", "font_missing", "version_mismatch",
                             "scratch_too_small", "gpu_unavailable"}) {
    EXPECT_EQ(decide_in(reason, "cpu").step, Step::retry) << reason;
    EXPECT_EQ(decide_in(reason, "cpu").pool, "new") << reason;
  }
  EXPECT_EQ(decide_in("encoder_unavailable", "new").pool, "odd");
}

TEST(Decide, HoldsAtTheLastPoolWhatNoneCanDo) {
  EXPECT_EQ(decide_in("encoder_unavailable", "odd").step, Step::hold);
}

TEST(Decide, LeavesWhereItIsWhatMayGoWellTheNextTime) {
  EXPECT_EQ(decide_in("crashed", "cpu").step, Step::retry);
  EXPECT_EQ(decide_in("crashed", "cpu").pool, "");
  EXPECT_EQ(decide_in("network_reset", "cpu").pool, "");
}

TEST(Decide, GoesToThePoolThatThePolicyNames) {
  RetryPolicy policy;
  policy.operational.next_pool = "odd";
  EXPECT_EQ(decide_in("encoder_unavailable", "cpu", policy).pool, "odd");
  policy.transient.next_pool = "new";
  EXPECT_EQ(decide_in("network_reset", "cpu", policy).pool, "new");
}

TEST(Decide, HoldsWhatNeedsAnOperator) {
  Counters counters;
  counters.n_operational = 3;
  EXPECT_EQ(decide_on("permission_denied", counters).step, Step::hold);
}

TEST(Decide, HoldsAtOnceWhatOnlyAnotherHostCouldDoWhereThereIsNone) {
  const auto alone = [](std::string_view reason) {
    return decide(make_finding(reason, ""), {}, RetryPolicy{}, 0, {{}, {}, 0, {}, 1});
  };
  for (const char* reason : {"permission_denied", "output_forbidden", "encoder_unavailable"}) {
    EXPECT_EQ(alone(reason).step, Step::hold) << reason;
    EXPECT_EQ(alone(reason).counters.n_operational, 1) << reason;
    EXPECT_EQ(decide(make_finding(reason, ""), {}, RetryPolicy{}, 0, {{}, {}, 0, {}, 2}).step,
              Step::retry);
  }
  EXPECT_EQ(alone("crashed").step, Step::retry) << "may go well the next time";
  EXPECT_EQ(alone("disk_full").step, Step::retry) << "something may just be being cleaned up";
}

TEST(Decide, HoldsSoonWhenTheDiskStaysFull) {
  const Verdict first = decide_on("disk_full", {}, kLargestDraw);
  EXPECT_EQ(first.step, Step::retry);
  EXPECT_LE(first.wait, std::chrono::seconds(2));
  EXPECT_EQ(decide_on("disk_full", first.counters).step, Step::hold);
}

TEST(Decide, PreemptionCostsNothing) {
  Counters counters;
  counters.n_transient = counters.n_lost = 1000;
  const Verdict verdict = decide_on("worker_preempted", counters);
  EXPECT_EQ(verdict.step, Step::retry);
  EXPECT_EQ(verdict.counters, counters);
}

TEST(Decide, LostWorkersOnManyHostsArePoison) {
  Counters counters;
  counters.n_lost = 5;
  EXPECT_EQ(decide_on("lease_lost", counters).step, Step::retry);
  counters.n_lost_hosts = 3;
  EXPECT_EQ(decide_on("lease_lost", counters).step, Step::dead);
}

TEST(Decide, WaitsBetweenNothingAndADoublingLimit) {
  EXPECT_EQ(decide_on("io_error", {}, 0).wait, base::Micros(0));
  const base::Micros base = RetryPolicy{}.transient.base;
  for (int earlier = 0; earlier < 5; ++earlier) {
    Counters counters;
    counters.n_transient = earlier;
    const base::Micros wait = decide_on("io_error", counters, kLargestDraw).wait;
    EXPECT_LE(wait, base * (1 << earlier));
    EXPECT_GE(wait, base::Micros(0));
  }
}

TEST(Decide, NeverWaitsLongerThanTheCap) {
  RetryPolicy policy;
  policy.transient = {1000, std::chrono::seconds(5), std::chrono::minutes(10)};
  Counters counters;
  counters.n_transient = 900;
  for (std::uint64_t draw = 1; draw != 0; draw <<= 1)
    EXPECT_LE(decide(make_finding("io_error", ""), counters, policy, draw * 7919).wait,
              policy.transient.cap);
}

Verdict decide_at(std::string_view reason, const RetryPolicy& policy,
                  const Circumstances& circumstances, const Counters& counters = {}) {
  return decide(make_finding(reason, ""), counters, policy, kLargestDraw, circumstances);
}

constexpr std::int64_t kGiB = 1024LL * 1024 * 1024;

TEST(Decide, SendsWhatRanOutOfMemoryToALargerPool) {
  const std::vector<Pool> pools = {{"cpu", kGiB, "big"}, {"big", 8 * kGiB, ""}};
  Circumstances at{"cpu", pools, kGiB, {}};
  const Verdict verdict = decide_at("oom_killed", {}, at);
  EXPECT_EQ(verdict.step, Step::retry);
  EXPECT_EQ(verdict.pool, "big");
  at.pool = "big";
  at.peak_bytes = 8 * kGiB;
  const Verdict last = decide_at("oom_killed", {}, at);
  EXPECT_EQ(last.step, Step::dead) << "no attempt in the same place would end otherwise";
  EXPECT_EQ(last.counters.n_memory, 1);
  EXPECT_NE(last.why.find("no pool"), std::string::npos) << last.why;
}

TEST(Decide, HoldsWhatIsTooLargeIfThePolicySaysSo) {
  const std::vector<Pool> pools = {{"cpu", kGiB, ""}};
  RetryPolicy policy;
  policy.memory.then = Step::hold;
  EXPECT_EQ(decide_at("oom_alloc", policy, {"cpu", pools, kGiB, {}}).step, Step::hold);
}

TEST(Decide, TriesTheSamePoolAgainWhereNoneTellsItsMemory) {
  const std::vector<Pool> pools = {{"cpu", 0, ""}};
  const Verdict verdict = decide_at("oom_killed", {}, {"cpu", pools, kGiB, {}});
  EXPECT_EQ(verdict.step, Step::retry);
  EXPECT_EQ(verdict.pool, "");
}

TEST(Decide, MovesToTheNextPoolOfTheBudget) {
  RetryPolicy policy;
  policy.transient.next_pool = "ondemand";
  policy.lost.next_pool = "ondemand";
  EXPECT_EQ(decide_at("io_error", policy, {"spot", {}, 0, {}}).pool, "ondemand");
  EXPECT_EQ(decide_at("killed_unknown", policy, {"spot", {}, 0, {}}).pool, "ondemand");
  EXPECT_EQ(decide_at("io_error", policy, {"ondemand", {}, 0, {}}).pool, "") << "it is there";
  EXPECT_EQ(decide_at("worker_preempted", policy, {"spot", {}, 0, {}}).pool, "");
}

TEST(Decide, EndsWhenTheTimeSinceTheFirstRunIsOver) {
  RetryPolicy policy;
  policy.transient.total_wall = std::chrono::hours(1);
  const auto at = [](base::Micros since) { return Circumstances{"cpu", {}, 0, since}; };
  EXPECT_EQ(decide_at("io_error", policy, at(std::chrono::minutes(59))).step, Step::retry);
  EXPECT_EQ(decide_at("io_error", policy, at(std::chrono::minutes(60))).step, Step::dead)
      << "after the wait it would be too late";
  EXPECT_EQ(decide_at("encoder_unavailable", policy, at(std::chrono::hours(2))).step, Step::retry)
      << "another kind of trouble";
  policy.total_wall = std::chrono::hours(1);
  EXPECT_EQ(decide_at("encoder_unavailable", policy, at(std::chrono::hours(2))).step, Step::hold);
  EXPECT_EQ(decide_at("worker_preempted", policy, at(std::chrono::hours(2))).step, Step::retry)
      << "what costs nothing costs no time either";
}

TEST(DrawWait, DrawsAsMuchOfTheWaitAsTheJitterSays) {
  Budget budget{5, std::chrono::seconds(10), std::chrono::minutes(1), 0};
  EXPECT_EQ(draw_wait(budget, 0, 12345), std::chrono::seconds(10));
  EXPECT_EQ(draw_wait(budget, 9, 12345), std::chrono::minutes(1));
  budget.jitter = 0.5;
  for (std::uint64_t draw = 1; draw < kLargestDraw / 3; draw *= 3) {
    EXPECT_GE(draw_wait(budget, 0, draw), std::chrono::seconds(5));
    EXPECT_LE(draw_wait(budget, 0, draw), std::chrono::seconds(10));
  }
}

}  // namespace
}  // namespace mpegflow::retry
