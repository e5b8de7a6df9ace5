#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace mpegflow::queue {

/// A lane in one pool: what it may have there, and what it has.
struct LaneLoad {
  std::int64_t weight = 1;
  std::int64_t reserved = 0;
  std::optional<std::int64_t> cap;
  std::int64_t running = 0;
};

/// Whether one more task of the lane may be started in a pool with so many free slots: below its
/// cap, and either within what is reserved for it or without touching what is still reserved for
/// the others.
bool has_slot(std::span<const LaneLoad> lanes, std::size_t lane, std::int64_t free_slots);

}  // namespace mpegflow::queue
