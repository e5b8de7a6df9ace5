#include "core/submit/idempotency.h"

#include <gtest/gtest.h>

namespace mpegflow::submit {
namespace {

using queue::JobState;

KeyHolder holder(JobState state) {
  return {state, true, true, true};
}

KeyHolder holder_of_other_inputs(JobState state) {
  return {state, true, false, false};
}

constexpr JobState kAll[] = {JobState::queued,      JobState::running, JobState::cancelling,
                             JobState::succeeded,   JobState::partial, JobState::failed_input,
                             JobState::failed_spec, JobState::failed,  JobState::cancelled};

TEST(DecideKey, NeverGivesTheKeyToAnotherSpec) {
  for (const JobState state : kAll)
    for (const bool is_again : {false, true})
      EXPECT_EQ(decide_key({state, false, true, false}, is_again), KeyStep::refuse_spec);
}

TEST(DecideKey, GivesTheSameAnswerForARejectedJob) {
  EXPECT_EQ(decide_key(holder(JobState::failed_input), false), KeyStep::answer_again);
  EXPECT_EQ(decide_key(holder(JobState::failed_spec), false), KeyStep::answer_again);
}

TEST(DecideKey, LooksAnewWhenWhatWasRejectedHasChanged) {
  EXPECT_EQ(decide_key(holder_of_other_inputs(JobState::failed_input), false), KeyStep::take_over);
}

TEST(DecideKey, GoesOnWithWhatIsNotOver) {
  for (const JobState state : {JobState::queued, JobState::running, JobState::failed})
    for (const bool is_again : {false, true})
      if (!is_again || !queue::is_terminal(state)) {
        EXPECT_EQ(decide_key(holder(state), is_again), KeyStep::go_on) << to_word(state);
      }
}

TEST(DecideKey, TakesTheKeyOfWhatHasNoAnswerForThisCommand) {
  for (const JobState state : {JobState::queued, JobState::running, JobState::failed})
    EXPECT_EQ(decide_key(holder_of_other_inputs(state), false), KeyStep::take_over);
  EXPECT_EQ(decide_key(holder(JobState::cancelled), false), KeyStep::take_over);
}

TEST(DecideKey, KeepsAResultThatWasMadeFromOtherInputs) {
  EXPECT_EQ(decide_key(holder_of_other_inputs(JobState::succeeded), false), KeyStep::refuse_inputs);
  EXPECT_EQ(decide_key(holder_of_other_inputs(JobState::succeeded), true), KeyStep::take_over);
}

TEST(DecideKey, ANewerFfmpegDoesNotTakeBackWhatWasMade) {
  EXPECT_EQ(decide_key({JobState::succeeded, true, true, false}, false), KeyStep::go_on);
}

TEST(DecideKey, AgainIsANewJobForAllThatIsOver) {
  for (const JobState state : kAll)
    if (queue::is_terminal(state)) {
      EXPECT_EQ(decide_key(holder(state), true), KeyStep::take_over) << to_word(state);
    }
}

TEST(ListDifferences, NamesThePlaceAndBothValues) {
  const auto there = base::json::parse(R"({"a":{"b":[1,2]},"c":"x","same":[]})");
  const auto here = base::json::parse(R"({"a":{"b":[1,3,4]},"d":true,"same":[]})");
  EXPECT_EQ(
      list_differences(there, here),
      (std::vector<std::string>{"a.b[1]: 2 there, 3 here", "a.b[2]: nothing there, 4 here",
                                "c: \"x\" there, nothing here", "d: nothing there, true here"}));
  EXPECT_EQ(list_differences(there, here, 1).size(), 1U);
  EXPECT_TRUE(list_differences(there, there).empty());
}

}  // namespace
}  // namespace mpegflow::submit
