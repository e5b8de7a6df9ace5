#include "core/queue/reprocess.h"

#include <algorithm>

namespace mpegflow::queue {

std::vector<std::size_t> find_revived(std::span<const ReprocessCandidate> tasks) {
  std::vector<bool> has_hope(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const TaskState state = tasks[i].state;
    has_hope[i] = tasks[i].is_chosen || !is_terminal(state) || state == TaskState::succeeded ||
                  state == TaskState::skipped;
  }
  // A skipped one that needs something without hope has none, nor has what needs it.
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const bool can_come_back = std::ranges::all_of(
          tasks[i].needs, [&](std::size_t parent) { return has_hope.at(parent); });
      if (tasks[i].state != TaskState::skipped || !has_hope[i] || can_come_back) continue;
      has_hope[i] = false;
      has_changed = true;
    }
  }
  std::vector<std::size_t> revived;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (tasks[i].state == TaskState::skipped && has_hope[i]) revived.push_back(i);
  return revived;
}

}  // namespace mpegflow::queue
