#include "core/queue/task_state.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/golden.h"

namespace mpegflow::queue {
namespace {

TEST(TaskState, WordsComeBackAsTheirState) {
  for (const TaskState state : all_task_states())
    EXPECT_EQ(parse_task_state(to_word(state)), state);
  EXPECT_FALSE(parse_task_state("encoding"));
}

TEST(TaskState, KindsComeBackFromTheirWords) {
  EXPECT_EQ(parse_task_kind("deliver"), TaskKind::deliver);
  EXPECT_EQ(to_word(TaskKind::ffmpeg), "ffmpeg");
  EXPECT_FALSE(parse_task_kind("upload"));
}

TEST(TaskState, TheTableNamesEveryPairOnce) {
  std::set<std::pair<TaskState, TaskEvent>> rows;
  for (const Transition& row : kTransitions)
    EXPECT_TRUE(rows.emplace(row.from, row.event).second)
        << to_word(row.from) << ' ' << to_word(row.event);
}

TEST(TaskState, EveryStateIsReachedFromBlocked) {
  std::set<TaskState> reached = {TaskState::blocked};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Transition& row : kTransitions)
      if (reached.contains(row.from)) reached.insert(row.to);
  }
  EXPECT_EQ(reached.size(), all_task_states().size());
}

TEST(TaskState, EveryStateThatIsNotTheEndCanBeCancelled) {
  for (const TaskState state : all_task_states())
    EXPECT_EQ(next_state(state, TaskEvent::cancel_requested).has_value(),
              !is_terminal(state) && state != TaskState::cancelling)
        << to_word(state);
}

TEST(TaskState, SucceededAndCancelledAreForEver) {
  for (const TaskEvent event : all_task_events()) {
    EXPECT_FALSE(next_state(TaskState::succeeded, event));
    EXPECT_FALSE(next_state(TaskState::cancelled, event));
  }
}

TEST(TaskState, TheDocumentIsPrintedFromTheTable) {
  std::string text =
      "# States of a task\n\nPrinted from `src/core/queue/task_state.h` by its test.\n\n";
  text += "| from | event | to |\n|---|---|---|\n";
  for (const Transition& row : kTransitions)
    text +=
        fmt::format("| {} | {} | {} |\n", to_word(row.from), to_word(row.event), to_word(row.to));
  test::expect_golden("docs/generated/task_states.md", text);
}

}  // namespace
}  // namespace mpegflow::queue
