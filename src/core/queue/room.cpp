#include "core/queue/room.h"

#include <algorithm>
#include <numeric>

namespace mpegflow::queue {
namespace {

std::int64_t sum(const std::vector<TaskNeeds>& tasks, std::int64_t TaskNeeds::*what) {
  return std::accumulate(
      tasks.begin(), tasks.end(), std::int64_t{0},
      [what](std::int64_t total, const TaskNeeds& task) { return total + task.*what; });
}

}  // namespace

std::int64_t find_memory_limit(std::int64_t of_job, std::int64_t of_pool, std::int64_t times_out) {
  if (of_job > 0 && times_out == 0) return of_job;
  return std::max(of_job, of_pool);
}

bool has_room(const WorkerRoom& worker, const TaskNeeds& task) {
  if (worker.running.empty()) return true;
  const bool has_memory = task.memory == 0 || worker.memory == 0 ||
                          sum(worker.running, &TaskNeeds::memory) + task.memory <= worker.memory;
  const bool has_scratch =
      task.scratch == 0 || !worker.free_scratch ||
      sum(worker.running, &TaskNeeds::scratch) + task.scratch <= *worker.free_scratch;
  return has_memory && has_scratch;
}

std::optional<std::size_t> choose_candidate(std::span<const Candidate> candidates,
                                            const WorkerRoom& worker) {
  std::optional<std::size_t> second_best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (!has_room(worker, candidate.needs)) {
      if (candidate.passes >= kMostPassesForRoom) break;
    } else if (candidate.avoids_worker) {
      if (!second_best) second_best = i;
    } else {
      return i;
    }
  }
  return second_best;
}

}  // namespace mpegflow::queue
