#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace mpegflow::protocol {

/// Where an attempt is, for whoever watches. Not durable.
struct TaskProgress {
  base::JobId job;
  base::TaskId task;
  std::string task_key;
  std::int64_t fence = 0;
  std::string phase;               ///< staging, running, verifying, uploading
  base::SteadyTime since;          ///< start of the attempt
  std::optional<double> fraction;  ///< 0–1 of the media, if its length is known
  std::optional<std::int64_t> frame;
  std::optional<double> fps;
  std::optional<double> speed;  ///< 1 = real time
  std::optional<std::int64_t> out_time_us;
  std::optional<base::Micros> eta;  ///< unknown before 2 % of the media
};

/// The running attempts of one worker process. Task threads publish, the heartbeat thread and the
/// view read. Any thread.
class ProgressBoard {
 public:
  void publish(const TaskProgress& progress) {
    const std::scoped_lock lock(mutex_);
    running_[progress.task] = progress;
  }
  void remove(const base::TaskId& task) {
    const std::scoped_lock lock(mutex_);
    running_.erase(task);
  }
  std::vector<TaskProgress> list() const {
    const std::scoped_lock lock(mutex_);
    std::vector<TaskProgress> listed;
    for (const auto& [task, progress] : running_) listed.push_back(progress);
    return listed;
  }

 private:
  mutable std::mutex mutex_;
  std::map<base::TaskId, TaskProgress> running_;
};

}  // namespace mpegflow::protocol
