#include "core/queue/pause.h"

#include <algorithm>
#include <array>

namespace mpegflow::queue {
namespace {

constexpr std::array kPauses = {Pause::none, Pause::draining, Pause::disk_full};

}  // namespace

std::string_view to_word(Pause pause) {
  switch (pause) {
    case Pause::none: return "none";
    case Pause::draining: return "draining";
    case Pause::disk_full: return "disk_full";
  }
  return "none";
}

std::optional<Pause> parse_pause(std::string_view word) {
  const auto found = std::ranges::find(kPauses, word, [](Pause pause) { return to_word(pause); });
  return found == kPauses.end() ? std::nullopt : std::optional(*found);
}

}  // namespace mpegflow::queue
