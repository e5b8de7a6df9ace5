#include "core/deliver/delivery.h"

namespace mpegflow::deliver {

std::optional<base::Micros> plan_next_try(int tries, std::uint64_t draw) {
  if (tries >= kDeliveryBudget.max) return std::nullopt;
  return retry::draw_wait(kDeliveryBudget, tries - 1, draw);
}

}  // namespace mpegflow::deliver
