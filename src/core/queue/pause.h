#pragma once

#include <optional>
#include <string_view>

namespace mpegflow::queue {

/// Why a worker that is there takes no tasks, as it says itself. What runs goes on.
enum class Pause {
  none,
  draining,   ///< it ends as soon as what it has is done
  disk_full,  ///< less room than it wants to keep
};

std::string_view to_word(Pause pause);
std::optional<Pause> parse_pause(std::string_view word);

}  // namespace mpegflow::queue
