#include "http/asio/call_pool.h"

#include <exception>

#include "base/log.h"
#include "base/result.h"

namespace mpegflow::http {

CallPool::CallPool(int threads, std::size_t most_waiting) : most_waiting_(most_waiting) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

CallPool::~CallPool() {
  stop();
}

bool CallPool::try_post(std::function<void()> call) {
  return add(std::move(call), most_waiting_);
}

void CallPool::post(std::function<void()> call) {
  (void)add(std::move(call), waiting_.max_size());
}

/// false: so many wait already.
bool CallPool::add(std::function<void()> call, std::size_t most) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= most) return false;
    if (is_stopping_) return true;
    waiting_.push_back(std::move(call));
  }
  changed_.notify_one();  // without the lock, which the woken thread takes first
  return true;
}

void CallPool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void CallPool::loop() {
  for (;;) {
    std::function<void()> call;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      call = std::move(waiting_.front());
      waiting_.pop_front();
    }
    try {
      call();
    } catch (const base::InvariantViolation& violation) {
      base::log(base::LogLevel::error, "bug", {{"what", violation.what}});
    } catch (const std::exception& exception) {
      base::log(base::LogLevel::error, "bug", {{"what", exception.what()}});
    }
  }
}

}  // namespace mpegflow::http
