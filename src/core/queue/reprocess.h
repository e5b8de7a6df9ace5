#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/queue/task_state.h"

namespace mpegflow::queue {

/// A task of a job of which some get another chance.
struct ReprocessCandidate {
  TaskState state = TaskState::blocked;
  std::vector<std::size_t> needs;  ///< places in the same list
  bool is_chosen = false;
};

/// The skipped tasks that can come back once the chosen ones have: all that they need has
/// succeeded, may still, or comes back itself. Places in the list, in its order.
std::vector<std::size_t> find_revived(std::span<const ReprocessCandidate> tasks);

}  // namespace mpegflow::queue
