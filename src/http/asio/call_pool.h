#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mpegflow::http {

/// The threads on which a service is called: it may block there for as long as a store op takes.
class CallPool {
 public:
  /// At most `most_waiting` calls wait for a thread.
  CallPool(int threads, std::size_t most_waiting);
  ~CallPool();
  CallPool(const CallPool&) = delete;
  CallPool& operator=(const CallPool&) = delete;

  /// false: too many wait already. What a call throws is logged.
  bool try_post(std::function<void()> call);
  /// The same for what must be called, however many wait.
  void post(std::function<void()> call);
  /// Calls what waits, then ends the threads. What is posted later is dropped.
  void stop();

 private:
  void loop();
  bool add(std::function<void()> call, std::size_t most);

  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mpegflow::http
