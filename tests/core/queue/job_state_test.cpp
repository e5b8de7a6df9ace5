#include "core/queue/job_state.h"

#include <vector>

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

JobStanding compute(const std::vector<TaskState>& work,
                    const std::vector<TaskState>& delivery = {}) {
  std::vector<TaskStanding> tasks;
  for (const TaskState state : work) tasks.push_back({TaskKind::encode, state});
  for (const TaskState state : delivery) tasks.push_back({TaskKind::deliver, state});
  return compute_job_standing(tasks);
}

using enum TaskState;

TEST(JobState, IsQueuedUntilSomethingRan) {
  EXPECT_EQ(compute({ready, blocked, capped}).state, JobState::queued);
  EXPECT_EQ(compute({leased, blocked}).state, JobState::running);
  EXPECT_EQ(compute({succeeded, ready}).state, JobState::running);
  EXPECT_EQ(compute({backing_off}).state, JobState::running);
  EXPECT_EQ(compute({held}).state, JobState::running);
}

TEST(JobState, RunsOnBesideAFailedTask) {
  EXPECT_EQ(compute({dead, skipped, leased}).state, JobState::running);
}

TEST(JobState, OfSeveralFailuresTheInputComesFirst) {
  EXPECT_EQ(compute({succeeded, failed_input, failed_spec, dead}).state, JobState::failed_input);
  EXPECT_EQ(compute({succeeded, failed_spec, dead}).state, JobState::failed_spec);
  EXPECT_EQ(compute({succeeded, dead, skipped}).state, JobState::failed);
  EXPECT_EQ(compute({succeeded, succeeded}).state, JobState::succeeded);
}

TEST(JobState, CancelOutranksTheRest) {
  EXPECT_EQ(compute({cancelling, succeeded}).state, JobState::cancelling);
  EXPECT_EQ(compute({cancelled, leased}).state, JobState::cancelling);
  EXPECT_EQ(compute({cancelled, dead, succeeded}).state, JobState::cancelled);
}

TEST(JobState, IsOverOnlyWhenTheDeliveryIs) {
  EXPECT_EQ(compute({succeeded}, {leased}),
            (JobStanding{JobState::running, DeliveryState::pending}));
  EXPECT_EQ(compute({dead}, {blocked}), (JobStanding{JobState::running, DeliveryState::pending}));
  EXPECT_EQ(compute({cancelled}, {cancelling}),
            (JobStanding{JobState::cancelling, DeliveryState::pending}));
  EXPECT_EQ(compute({succeeded}, {succeeded}),
            (JobStanding{JobState::succeeded, DeliveryState::delivered}));
}

TEST(JobState, FailedDeliveryFailsTheJob) {
  EXPECT_EQ(compute({succeeded}, {dead}), (JobStanding{JobState::failed, DeliveryState::failed}));
}

TEST(JobState, WithoutWhatCanBeMissedIsPartialOrNothing) {
  const auto compute_with = [](Need need, TaskState state, TaskState rest) {
    const TaskStanding tasks[] = {{TaskKind::encode, state, need},
                                  {TaskKind::encode, rest},
                                  {TaskKind::deliver, TaskState::succeeded}};
    return compute_job_standing(tasks).state;
  };
  for (const TaskState state : {dead, failed_input, failed_spec, skipped}) {
    EXPECT_EQ(compute_with(Need::optional, state, succeeded), JobState::partial);
    EXPECT_EQ(compute_with(Need::best_effort, state, succeeded), JobState::succeeded);
  }
  EXPECT_EQ(compute_with(Need::optional, succeeded, succeeded), JobState::succeeded);
  EXPECT_EQ(compute_with(Need::optional, dead, failed_input), JobState::failed_input);
  EXPECT_EQ(compute_with(Need::optional, dead, leased), JobState::running);
  EXPECT_EQ(compute_with(Need::optional, cancelled, succeeded), JobState::cancelled);
}

TEST(JobState, NeedsHaveWords) {
  for (const Need need : {Need::required, Need::optional, Need::best_effort})
    EXPECT_EQ(parse_need(to_word(need)), need);
  EXPECT_EQ(parse_need("maybe"), std::nullopt);
}

TEST(JobState, WithoutTasksNothingIsKnown) {
  EXPECT_EQ(compute({}), (JobStanding{JobState::queued, DeliveryState::none}));
}

/// All jobs of two work tasks and at most one deliver task, in all states, and all transitions.
TEST(JobState, NeverChangesWhereItIsSaidThatItCannot) {
  int skipped = 0;
  for (const Transition& row : kTransitions)
    for (const TaskKind kind : {TaskKind::encode, TaskKind::deliver})
      for (const TaskState other : all_task_states())
        for (const TaskState third : all_task_states()) {
          std::vector<TaskStanding> tasks = {
              {kind, row.from}, {TaskKind::encode, other}, {TaskKind::deliver, third}};
          const JobStanding before = compute_job_standing(tasks);
          tasks.front().state = row.to;
          if (may_change_job(before, kind, row.from, row.to, !is_terminal(other))) continue;
          ++skipped;
          EXPECT_EQ(compute_job_standing(tasks), before)
              << to_word(row.from) << " to " << to_word(row.to) << " beside " << to_word(other)
              << " and " << to_word(third);
        }
  EXPECT_GT(skipped, 1000);
}

}  // namespace
}  // namespace mpegflow::queue
