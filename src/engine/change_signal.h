#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace mpegflow::engine {

/// "Something in the store changed": whoever waits for a task, or for the end of a job, sleeps here
/// instead of polling. Any thread.
class ChangeSignal {
 public:
  /// How many changes were told so far; take it before looking, then wait for more.
  std::uint64_t count() const {
    const std::scoped_lock lock(mutex_);
    return count_;
  }

  void notify() {
    {
      const std::scoped_lock lock(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }

  /// Returns when count() is not `seen` any more, or after `timeout`.
  void wait_beyond(std::uint64_t seen, base::Micros timeout) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return count_ != seen; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

}  // namespace mpegflow::engine
