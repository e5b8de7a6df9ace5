#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"

namespace mpegflow::app {

/// Asks a command of the operator's, again and again, whether this machine is about to be taken
/// away: 0 says so, 1 says no; what ends otherwise is a warning and says nothing. Has a thread of
/// its own, for such a command may hang.
class NoticeWatch {
 public:
  /// Empty: nobody is asked.
  explicit NoticeWatch(std::vector<std::string> command);
  ~NoticeWatch();
  NoticeWatch(const NoticeWatch&) = delete;
  NoticeWatch& operator=(const NoticeWatch&) = delete;

  /// Any thread; once true it stays so.
  bool is_given() const { return is_given_; }

 private:
  void watch();
  bool ask();

  const std::vector<std::string> command_;
  std::atomic<bool> is_given_ = false;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;     ///< guarded by `mutex_`
  bool has_failed_ = false;  ///< of the thread
  std::thread thread_;
};

}  // namespace mpegflow::app
