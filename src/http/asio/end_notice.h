#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "http/server.h"

namespace mpegflow::http {

/// Brings the end of a request to whoever is to answer it. Any thread.
class EndNotice {
 public:
  /// What to call; called at once if it has ended already.
  void watch(std::function<void(RequestEnd)> call) {
    std::optional<RequestEnd> ended;
    {
      const std::scoped_lock lock(mutex_);
      if (is_over_) return;
      ended = ended_;
      if (!ended) call_.swap(call);
    }
    if (ended && call) call(*ended);
  }

  /// What is to be called now that it has ended so; empty if nothing.
  std::function<void()> end(RequestEnd how) {
    const std::scoped_lock lock(mutex_);
    if (is_over_ || ended_) return {};
    ended_ = how;
    if (!call_) return {};
    return [call = std::exchange(call_, nullptr), how] { call(how); };
  }

  /// Nothing is called any more: the answer is complete.
  void close() {
    std::function<void(RequestEnd)> dropped;
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
    dropped.swap(call_);
  }

 private:
  std::mutex mutex_;
  std::function<void(RequestEnd)> call_;
  std::optional<RequestEnd> ended_;
  bool is_over_ = false;
};

}  // namespace mpegflow::http
