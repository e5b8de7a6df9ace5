#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::retry {

/// A pool as the policy sees it. `next_pool` is where its tasks go when it is too small for them.
struct Pool {
  std::string name;
  std::int64_t memory_per_task_bytes = 0;  ///< 0 = not told
  std::string next_pool;                   ///< empty = none

  bool operator==(const Pool&) const = default;
};

const Pool* find_pool(std::span<const Pool> pools, std::string_view name);

/// `current` and those that follow it by next_pool, nearest first, each once.
std::vector<std::string> list_chain(std::span<const Pool> pools, std::string_view current);

/// Where a task goes that ran out of memory in pool `current`: of the pools that follow it by
/// next_pool, the smallest that tells more memory than `current` does and at least a quarter more
/// than the task was seen to take (a peak is sampled, and one that was cut off would have grown).
/// nullopt if there is none.
std::optional<std::string> choose_larger_pool(std::span<const Pool> pools, std::string_view current,
                                              std::int64_t peak_bytes);

/// Whether more memory is to be had, as far as the pools tell: neither `current` nor what follows
/// it tells anything, so the next attempt in the same place may find more.
bool is_memory_untold(std::span<const Pool> pools, std::string_view current);

}  // namespace mpegflow::retry
