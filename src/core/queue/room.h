#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mpegflow::queue {

/// What a task may take of the machine that it runs on, in bytes; 0 = nobody has said.
struct TaskNeeds {
  std::int64_t memory = 0;
  std::int64_t scratch = 0;

  bool operator==(const TaskNeeds&) const = default;
};

/// The memory limit of a task: what its job allows, else what its pool gives each. One that ran out
/// of memory may have all that its larger pool gives.
std::int64_t find_memory_limit(std::int64_t of_job, std::int64_t of_pool, std::int64_t times_out);

/// A worker as its next task finds it.
struct WorkerRoom {
  std::int64_t memory = 0;                   ///< of the machine; 0 = it does not say
  std::optional<std::int64_t> free_scratch;  ///< on its disk now; nullopt: it does not say
  std::vector<TaskNeeds> running;
};

/// Whether the task fits beside what runs there. What runs may yet write all that it is expected
/// to. Alone it fits always: if it is too much for the machine it finds out, and its failure says
/// so.
bool has_room(const WorkerRoom& worker, const TaskNeeds& task);

/// A task that could be given, the first one that waits coming first.
struct Candidate {
  TaskNeeds needs;
  bool avoids_worker = false;  ///< it had better run elsewhere
  std::int64_t passes = 0;     ///< how often another was taken before it for want of room
};

/// After so many passes the worker is kept free until the task fits.
inline constexpr std::int64_t kMostPassesForRoom = 16;

/// The place of the one to give: the first that fits and had not better run elsewhere, else the
/// first that fits. nullopt: none does, or one that has waited long enough comes first and does not
/// fit yet.
std::optional<std::size_t> choose_candidate(std::span<const Candidate> candidates,
                                            const WorkerRoom& worker);

}  // namespace mpegflow::queue
