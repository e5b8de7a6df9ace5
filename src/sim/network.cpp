#include "sim/network.h"

#include <algorithm>

namespace mpegflow::sim {

bool Network::deliver_due(base::SteadyTime now) {
  const auto found =
      std::ranges::find_if(messages_, [&](const Message& message) { return message.due <= now; });
  if (found == messages_.end()) return false;
  const Message message = std::move(*found);
  messages_.erase(found);
  message.deliver();
  return true;
}

}  // namespace mpegflow::sim
