#include "core/upkeep/garbage.h"

#include <gtest/gtest.h>

namespace mpegflow::upkeep {
namespace {

using queue::DeliveryState;
using queue::JobState;

constexpr base::WallTime kStaged{1'000'000'000'000};
constexpr base::Micros kGrace = kDefaultGrace;

OutputFacts make_superseded() {
  OutputFacts facts;
  facts.staged = kStaged;
  return facts;
}

TEST(Garbage, AnOutputThatMayStillBeCommittedStaysWhateverItsAge) {
  OutputFacts facts = make_superseded();
  facts.is_last_claim = true;
  facts.is_writer_gone = true;
  EXPECT_FALSE(judge_output(facts, kStaged + 100 * kGrace, kGrace).may_go);
  facts.is_task_over = true;
  EXPECT_TRUE(judge_output(facts, kStaged + 100 * kGrace, kGrace).may_go);
}

TEST(Garbage, WhatASilentWorkerMayWriteWaitsForTheGrace) {
  const OutputFacts facts = make_superseded();
  const Judgement early = judge_output(facts, kStaged + kGrace + base::Micros(-1), kGrace);
  EXPECT_FALSE(early.may_go);
  EXPECT_EQ(early.kept_until, kStaged + kGrace);
  EXPECT_TRUE(judge_output(facts, kStaged + kGrace, kGrace).may_go);
}

TEST(Garbage, TheGraceCountsFromWhenTheWorkerWasLastHeard) {
  OutputFacts facts = make_superseded();
  facts.ended = kStaged + kGrace;
  EXPECT_FALSE(judge_output(facts, kStaged + kGrace, kGrace).may_go);
  EXPECT_TRUE(judge_output(facts, kStaged + 2 * kGrace, kGrace).may_go);
}

TEST(Garbage, WhatADeadWorkerLeftGoesAtOnce) {
  OutputFacts facts = make_superseded();
  facts.is_writer_gone = true;
  EXPECT_TRUE(judge_output(facts, kStaged, kGrace).may_go);
  facts.is_doomed = facts.is_last_claim = true;
  EXPECT_TRUE(judge_output(facts, kStaged, kGrace).may_go) << "a doomed one cannot be committed";
}

TEST(Garbage, TheFolderOfAJobThatMayGoOnKeepsItsObjects) {
  for (const JobState state : {JobState::running, JobState::failed, JobState::partial})
    EXPECT_EQ(find_scratch_need({{state, DeliveryState::pending}, 1, false}), ScratchNeed::objects);
  EXPECT_EQ(find_scratch_need({{JobState::succeeded, DeliveryState::failed}, 1, false}),
            ScratchNeed::objects);
}

TEST(Garbage, TheFolderOfAJobThatIsOverGoes) {
  EXPECT_EQ(find_scratch_need({{JobState::succeeded, DeliveryState::delivered}, 3, false}),
            ScratchNeed::nothing);
  EXPECT_EQ(find_scratch_need({{JobState::partial, DeliveryState::delivered}, 3, false}),
            ScratchNeed::nothing);
  for (const JobState state : {JobState::failed_input, JobState::failed_spec, JobState::cancelled})
    EXPECT_EQ(find_scratch_need({{state, DeliveryState::none}, 3, false}), ScratchNeed::nothing);
  EXPECT_EQ(find_scratch_need({{JobState::failed, DeliveryState::none}, 0, false}),
            ScratchNeed::nothing);
}

TEST(Garbage, NothingOfAHeldJobGoes) {
  EXPECT_EQ(find_scratch_need({{JobState::succeeded, DeliveryState::delivered}, 0, true}),
            ScratchNeed::everything);
}

TEST(Garbage, AnOrphanIsNeverTakenAtFirstSight) {
  EXPECT_FALSE(judge_orphan(std::nullopt, kStaged + 100 * kGrace, base::Micros(0)).may_go);
  EXPECT_FALSE(judge_orphan(kStaged, kStaged + kGrace + base::Micros(-1), kGrace).may_go);
  EXPECT_TRUE(judge_orphan(kStaged, kStaged + kGrace, kGrace).may_go);
}

TEST(Garbage, HistoryGoesOnlyIfNothingIsLeftToDo) {
  const base::Micros keep = std::chrono::hours(24);
  const base::WallTime later = kStaged + 2 * keep;
  HistoryFacts facts{{JobState::succeeded, DeliveryState::delivered}, kStaged, false, false, false};
  EXPECT_TRUE(judge_history(facts, later, keep).may_go);
  EXPECT_FALSE(judge_history(facts, later, std::nullopt).may_go);
  EXPECT_FALSE(judge_history(facts, kStaged + keep + base::Micros(-1), keep).may_go);
  for (bool HistoryFacts::*open : {&HistoryFacts::has_leases, &HistoryFacts::has_open_outputs,
                                   &HistoryFacts::has_open_deliveries}) {
    HistoryFacts busy = facts;
    busy.*open = true;
    EXPECT_FALSE(judge_history(busy, later, keep).may_go);
  }
  facts.job.delivery = DeliveryState::pending;
  EXPECT_FALSE(judge_history(facts, later, keep).may_go);
  facts = {{JobState::running, DeliveryState::none}, kStaged, false, false, false};
  EXPECT_FALSE(judge_history(facts, later, keep).may_go);
}

}  // namespace
}  // namespace mpegflow::upkeep
