#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "engine/change_signal.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::app {

/// What a server does about its jobs beside serving them: has workers told soon of a cancel, and
/// clears the hidden folders of jobs that are over. Jobs of `mpegflow run` on the same state are
/// left to their own process.
class JobWatch {
 public:
  struct Duties {
    std::function<void()> on_cancelling;  ///< a job is being cancelled
    std::function<void()> on_tick;        ///< every so often
  };

  /// All references outlive it.
  JobWatch(store::Store& store, objects::ObjectStore& objects, engine::ChangeSignal& changes,
           Duties duties);
  ~JobWatch();
  JobWatch(const JobWatch&) = delete;
  JobWatch& operator=(const JobWatch&) = delete;

  void start();
  void stop();
  /// Work on the job is done from now on: its folder is to be looked at once it is over. Any
  /// thread.
  void note(const base::JobId& job);

 private:
  void loop();
  base::Result<void> find_left();
  base::Result<void> look_for_cancels();
  base::Result<void> clear_finished();
  base::Result<bool> clear(const base::JobId& job);

  store::Store& store_;
  objects::ObjectStore& objects_;
  engine::ChangeSignal& changes_;
  const Duties duties_;
  std::mutex mutex_;
  std::set<base::JobId> at_work_;  ///< and over, not yet looked at; guarded by `mutex_`
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mpegflow::app
