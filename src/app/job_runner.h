#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "app/local_worker.h"
#include "cli/local_worker.h"
#include "engine/change_signal.h"

namespace mpegflow::app {

struct RunnerOptions {
  std::string lock_path;  ///< held by this process
  std::int64_t encoders = 1;
};

/// The worker inside a server: a worker of its own for each job that somebody submitted to the
/// server and that has something to do, and so many at once as there may be encoders.
class JobRunner {
 public:
  JobRunner(RunnerOptions options, const LocalParts& parts, engine::ChangeSignal& changes);
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  void start();
  /// Ends running processes and gives their claims back; waits until all is quiet.
  void stop();
  /// What runs now. Any thread.
  std::vector<protocol::TaskProgress> progress() const;

 private:
  struct Running {
    std::unique_ptr<cli::LocalWorker> worker;
    base::Path scratch;
  };

  void loop();
  base::Result<void> look();
  base::Result<void> look_at(const store::JobRow& job);
  base::Result<void> begin(const store::JobRow& job, std::int64_t slots);
  void finish(const base::JobId& job, const store::JobRow& row);

  RunnerOptions options_;
  LocalParts parts_;
  engine::ChangeSignal& changes_;
  mutable std::mutex mutex_;
  std::map<base::JobId, Running> running_;  ///< changed by the runner's thread alone
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mpegflow::app
