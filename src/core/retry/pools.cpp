#include "core/retry/pools.h"

#include <algorithm>

namespace mpegflow::retry {
namespace {

/// The pools after `current`, nearest first; a circle ends where it would begin again.
std::vector<const Pool*> list_followers(std::span<const Pool> pools, std::string_view current) {
  std::vector<const Pool*> followers;
  const Pool* at = find_pool(pools, current);
  while (at != nullptr && !at->next_pool.empty() && at->next_pool != current) {
    at = find_pool(pools, at->next_pool);
    if (at == nullptr || std::ranges::find(followers, at) != followers.end()) break;
    followers.push_back(at);
  }
  return followers;
}

std::int64_t memory_of(std::span<const Pool> pools, std::string_view name) {
  const Pool* pool = find_pool(pools, name);
  return pool == nullptr ? 0 : pool->memory_per_task_bytes;
}

}  // namespace

const Pool* find_pool(std::span<const Pool> pools, std::string_view name) {
  const auto found = std::ranges::find(pools, name, &Pool::name);
  return found == pools.end() ? nullptr : &*found;
}

std::vector<std::string> list_chain(std::span<const Pool> pools, std::string_view current) {
  std::vector<std::string> chain = {std::string(current)};
  for (const Pool* pool : list_followers(pools, current)) chain.push_back(pool->name);
  return chain;
}

std::optional<std::string> choose_larger_pool(std::span<const Pool> pools, std::string_view current,
                                              std::int64_t peak_bytes) {
  const std::int64_t needed = peak_bytes + peak_bytes / 4;
  const std::int64_t present = memory_of(pools, current);
  const Pool* best = nullptr;
  for (const Pool* pool : list_followers(pools, current)) {
    const std::int64_t memory = pool->memory_per_task_bytes;
    if (memory <= present || memory < needed) continue;
    if (best == nullptr || memory < best->memory_per_task_bytes) best = pool;
  }
  if (best == nullptr) return std::nullopt;
  return best->name;
}

bool is_memory_untold(std::span<const Pool> pools, std::string_view current) {
  if (memory_of(pools, current) > 0) return false;
  return std::ranges::none_of(list_followers(pools, current),
                              [](const Pool* pool) { return pool->memory_per_task_bytes > 0; });
}

}  // namespace mpegflow::retry
