#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mpegflow::queue {

/// What a lane's weight may be.
inline constexpr std::int64_t kLeastWeight = 1;
inline constexpr std::int64_t kMostWeight = 100;

/// The turns of the lanes in a pool: a fixed cycle of slots, each the index of a lane, in which
/// every lane has slots in proportion to its weight, spread as evenly as smooth weighted round
/// robin does. A weight below 1 counts as 1. Empty without lanes.
std::vector<std::size_t> make_wheel(std::span<const std::int64_t> weights);

/// The largest distance from a slot of the lane to its next one, around the cycle; 0 if it has
/// none. A lane that always has something to take is taken at least once in any so many turns,
/// whatever the other lanes do: a turn moves the position on by at least one slot and never past a
/// slot of a lane that can be taken.
std::int64_t find_gap(std::span<const std::size_t> wheel, std::size_t lane);

struct Turn {
  std::size_t lane = 0;
  std::size_t next_position = 0;  ///< where the next turn starts to look

  bool operator==(const Turn&) const = default;
};

/// The first slot at or after `position` whose lane can be taken: no turn is wasted on a lane that
/// cannot. The position may be of another wheel (weights were changed); it is taken modulo this
/// one.
template <class CanTake>
std::optional<Turn> find_turn(std::span<const std::size_t> wheel, std::size_t position,
                              CanTake can_take) {
  for (std::size_t i = 0; i < wheel.size(); ++i) {
    const std::size_t slot = (position + i) % wheel.size();
    if (can_take(wheel[slot])) return Turn{wheel[slot], (slot + 1) % wheel.size()};
  }
  return std::nullopt;
}

}  // namespace mpegflow::queue
