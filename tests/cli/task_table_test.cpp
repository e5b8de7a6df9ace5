#include "cli/task_table.h"

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/advice.h"
#include "cli/table.h"
#include "core/audit/attempt_record.h"

namespace mpegflow::cli {
namespace {

store::TaskRow make_task(const std::string& key, queue::TaskState state) {
  store::TaskRow task;
  task.id = base::TaskId("id-" + key);
  task.key = key;
  task.state = state;
  task.fence = 1;
  return task;
}

store::AttemptRow make_attempt(const store::TaskRow& task, const std::string& outcome,
                               const audit::AttemptRecord& record) {
  store::AttemptRow attempt;
  attempt.task = task.id;
  attempt.fence = 1;
  attempt.outcome = outcome;
  attempt.record = base::to_canonical_json(audit::to_json(record));
  attempt.claimed = {1'000'000};
  attempt.ended = base::WallTime{4'000'000};
  return attempt;
}

TEST(TaskTable, SumsUpWhatAllAttemptsCost) {
  const auto task = make_task("720p", queue::TaskState::succeeded);
  audit::AttemptRecord failed, good;
  failed.wall_us = 3'000'000;
  failed.cpu_us = 5'000'000;
  good.wall_us = 10'000'000;
  good.cpu_us = 20'000'000;
  good.media_seconds = 25;
  good.outputs = {{"b", 2, "22"}, {"a", 1, "11"}};
  const TaskCost cost = sum_up(task, std::vector{make_attempt(task, "failed", failed),
                                                 make_attempt(task, "succeeded", good)});
  EXPECT_EQ(cost.wall_us, 13'000'000);
  EXPECT_EQ(cost.cpu_us, 25'000'000);
  EXPECT_DOUBLE_EQ(cost.speed, 2.5) << "of the attempt that succeeded";
  EXPECT_EQ(cost.bytes, 3);
  EXPECT_EQ(cost.sha256, base::Sha256::hex_of("11  a\n22  b\n")) << "whatever their order";
}

TEST(TaskTable, OneOutputIsKnownByItsOwnHash) {
  const auto task = make_task("poster", queue::TaskState::succeeded);
  audit::AttemptRecord record;
  record.outputs = {{"a.jpg", 9, "abc"}};
  const TaskCost cost = sum_up(task, std::vector{make_attempt(task, "succeeded", record)});
  EXPECT_EQ(cost.sha256, "abc");
  EXPECT_EQ(cost.wall_us, 3'000'000) << "without usage the row knows the time";
}

TEST(TaskTable, BadRecordGivesDashesNotAnError) {
  const auto task = make_task("720p", queue::TaskState::leased);
  store::AttemptRow attempt;
  attempt.task = task.id;
  attempt.record = "{broken";
  EXPECT_EQ(sum_up(task, std::vector{attempt}).wall_us, 0);
}

TEST(TaskTable, ReportEndsWithReasonsAndWhatIsNext) {
  JobPicture picture;
  picture.job.state = "failed";
  picture.tasks = {make_task("720p", queue::TaskState::dead)};
  picture.tasks[0].reason = "oom_killed";
  picture.tasks[0].cause = "no memory\x1b";
  EXPECT_TRUE(make_final_report(picture, {"look: mpegflow job show last"}, 0)
                  .ends_with("\n\n720p failed: no memory\\x1b (oom_killed)\n" +
                             advise(picture.job, picture.tasks[0]) +
                             "\n\nlook: mpegflow job show last\n"));
}

TEST(TaskTable, SaysHowAJobOfARunGoesOnAndHowOneOfAServer) {
  store::JobRow run, served;
  run.identity = "sha256";
  served.id = base::JobId("job");
  store::TaskRow task = make_task("720p", queue::TaskState::dead);
  EXPECT_NE(advise(run, task).find("the same command tries once more"), std::string::npos);
  EXPECT_NE(advise(served, task).find("mpegflow job reprocess job tries once more"),
            std::string::npos);
  task = make_task("720p", queue::TaskState::held);
  task.reason = "encoder_unavailable";
  EXPECT_NE(advise(run, task).find("the same command goes on"), std::string::npos);
  EXPECT_EQ(advise(served, task), "") << "it goes on by itself, and its cause says when";
  task.reason = "disk_full";
  EXPECT_EQ(advise(served, task), "Make room there; mpegflow job reprocess job goes on.");
}

TEST(TaskTable, QuotesTheLinesThatTheFindingRestsOn) {
  JobPicture picture;
  picture.tasks = {make_task("720p", queue::TaskState::failed_input)};
  picture.tasks[0].reason = "moov_missing";
  audit::AttemptRecord record;
  record.finding = retry::make_finding("moov_missing", "rule", {{7, "moov atom\x1b not found"}});
  picture.attempts = {make_attempt(picture.tasks[0], "failed", record)};
  EXPECT_NE(explain_failures(picture).find("stderr, line 7: moov atom\\x1b not found\n"),
            std::string::npos)
      << explain_failures(picture);
}

TEST(TaskTable, GivesWayOnANarrowTerminal) {
  JobPicture picture;
  picture.job.state = "succeeded";
  picture.tasks = {
      make_task("a-task-with-a-very-long-key-of-its-own", queue::TaskState::succeeded)};
  for (const std::string& line : base::split(make_task_table(picture, 70), '\n'))
    EXPECT_LE(count_columns(line), 70U) << line;
}

}  // namespace
}  // namespace mpegflow::cli
