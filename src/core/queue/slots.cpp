#include "core/queue/slots.h"

#include <algorithm>

namespace mpegflow::queue {

bool has_slot(std::span<const LaneLoad> lanes, std::size_t lane, std::int64_t free_slots) {
  const LaneLoad& own = lanes[lane];
  if (own.cap && own.running >= *own.cap) return false;
  if (own.running < own.reserved) return true;
  std::int64_t kept = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i)
    if (i != lane) kept += std::max<std::int64_t>(lanes[i].reserved - lanes[i].running, 0);
  return kept == 0 || free_slots > kept;
}

}  // namespace mpegflow::queue
