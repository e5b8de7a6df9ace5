#pragma once

#include <deque>
#include <functional>
#include <string>

#include "base/time.h"

namespace mpegflow::sim {

/// Messages that are still under way, and arrive whatever became of their sender.
class Network {
 public:
  struct Message {
    base::SteadyTime due;
    std::string what;
    std::function<void()> deliver;
  };

  void send_later(Message message) { messages_.push_back(std::move(message)); }
  /// Delivers one message that is due; false if there is none.
  bool deliver_due(base::SteadyTime now);
  bool is_empty() const { return messages_.empty(); }

 private:
  std::deque<Message> messages_;
};

}  // namespace mpegflow::sim
