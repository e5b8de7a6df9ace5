#include "cli/progress_text.h"

#include <gtest/gtest.h>

#include "cli/table.h"

namespace mpegflow::cli {
namespace {

protocol::TaskProgress make_progress(const std::string& key) {
  protocol::TaskProgress progress;
  progress.task = base::TaskId("id-" + key);
  progress.task_key = key;
  progress.fence = 1;
  progress.phase = "running";
  progress.since = {0};
  progress.fraction = 0.425;
  progress.fps = 118.4;
  progress.speed = 3.944;
  progress.eta = base::Micros(72'000'000);
  return progress;
}

constexpr base::SteadyTime kNow{65'000'000};

store::EventRow make_event(const std::string& kind, const std::string& body) {
  store::EventRow event;
  event.task_key = "720p";
  event.fence = 2;
  event.kind = kind;
  event.bytes = R"({"body":)" + body + "}";
  return event;
}

TEST(ProgressText, DrawsABar) {
  EXPECT_EQ(make_bar(0.5, 12), "[=====>    ]");
  EXPECT_EQ(make_bar(0, 12), "[>         ]");
  EXPECT_EQ(make_bar(1, 12), "[==========]");
  EXPECT_EQ(make_bar(7, 12), "[==========]");
  EXPECT_EQ(make_bar(std::nullopt, 12), "[          ]");
  EXPECT_EQ(make_bar(0.5, 0), "[>]");
}

TEST(ProgressText, FitsALineToTheWidth) {
  const auto progress = make_progress("720p");
  EXPECT_EQ(format_progress(progress, 5, kNow, 79),
            "720p  [===========>                ]   42 %  1:12 left  3.94x  118 fps");
  EXPECT_EQ(format_progress(progress, 5, kNow, 48), "720p  [===>    ]   42 %  1:12 left  3.94x");
  EXPECT_EQ(format_progress(progress, 5, kNow, 24), "720p  [===>    ]   42 %");
  for (std::size_t width = 1; width < 100; ++width)
    EXPECT_LE(count_columns(format_progress(progress, 5, kNow, width)), width);
}

TEST(ProgressText, SaysThePhaseAndTheTimeWhereThereIsNoFraction) {
  auto progress = make_progress("audio");
  progress.phase = "uploading";
  progress.fraction = {};
  progress.fps = progress.speed = {};
  progress.eta = {};
  EXPECT_EQ(describe_progress(progress, kNow), "audio: uploading, 1:05");
  EXPECT_EQ(format_progress(progress, 5, kNow, 40), "audio [               ]  uploading  1:05");
}

TEST(ProgressText, NeverSaysHundredPercentBeforeTheEnd) {
  auto progress = make_progress("720p");
  progress.fraction = 1.0;
  EXPECT_EQ(describe_progress(progress, kNow),
            "720p: running 99 %, 1:05, 118 fps, 3.94x, 1:12 left");
}

TEST(ProgressText, BlockFollowsTheOrderOfTheJobAndCountsTheRest) {
  RunSnapshot snapshot;
  snapshot.now = kNow;
  for (const char* key : {"1080p", "720p", "480p", "manifest"}) {
    store::TaskRow task;
    task.id = base::TaskId(std::string("id-") + key);
    task.key = key;
    task.position = static_cast<std::int64_t>(snapshot.tasks.size());
    snapshot.tasks.push_back(task);
  }
  snapshot.tasks[0].state = snapshot.tasks[1].state = queue::TaskState::leased;
  snapshot.tasks[2].state = queue::TaskState::succeeded;
  snapshot.running = {make_progress("720p"), make_progress("1080p")};
  const auto lines = make_live_block(snapshot, 60);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with("1080p [")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("720p  [")) << lines[1];
  EXPECT_EQ(lines[2], "1 of 4 tasks done, 1 blocked, 2 running");
}

TEST(ProgressText, BlockStaysSmallHoweverManyTasksRun) {
  RunSnapshot snapshot;
  for (int i = 0; i < 200; ++i) snapshot.running.push_back(make_progress(std::to_string(i)));
  EXPECT_EQ(make_live_block(snapshot, 60).size(), 17U);
}

TEST(ProgressText, TellsOnlyWhatIsWorthIt) {
  EXPECT_EQ(tell_event(make_event("lease_granted", "{}")), "");
  EXPECT_EQ(tell_event(make_event("dependencies_done", "{}")), "");
  EXPECT_EQ(tell_event(make_event("outputs_committed", R"({"from":"leased","to":"succeeded"})")),
            "720p: done (attempt 2)");
  EXPECT_EQ(
      tell_event(make_event("retry_scheduled",
                            R"({"from":"leased","to":"backing_off","retry_at":4000000,)"
                            R"("reason":"oom_kill","cause":"no memory\u001b[2J"})")),
      "720p: will be tried again (attempt 2): oom_kill: no memory\\x1b[2J; next try in 4.00 s");
}

TEST(ProgressText, CountsRowsAfterTheTerminalBecameNarrower) {
  EXPECT_EQ(count_rows({79, 79, 10}, 80), 3U);
  EXPECT_EQ(count_rows({79, 79, 10}, 40), 5U);
  EXPECT_EQ(count_rows({0}, 40), 1U);
  EXPECT_EQ(count_rows({}, 40), 0U);
}

}  // namespace
}  // namespace mpegflow::cli
