#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace mpegflow::cli {

/// What an attempt wrote to standard error, whole, and whose it is.
struct TaskLog {
  std::string job, task;
  std::int64_t attempt = 0;
  std::string outcome;
  std::string text;
};

/// What failed of a job and is to be tried again, and how.
struct ReprocessWish {
  std::string job;       ///< as people name it
  std::string task_key;  ///< empty = all
  std::string pool, revision;
};

/// What commands look at and change: the state of this machine, or a server over HTTP. Both give
/// the same records, those that --json prints, and the same errors. Jobs and tasks are named as
/// people name them.
class Control {
 public:
  virtual ~Control() = default;

  /// {"jobs", "next_before"}, newest first.
  virtual base::Result<base::json::object> list_jobs(std::int64_t limit,
                                                     const std::string& before) = 0;
  /// A records::JobView.
  virtual base::Result<base::json::object> show_job(const std::string& job) = 0;
  /// {"job", "events"}: those with a number above `after`.
  virtual base::Result<base::json::object> list_events(const std::string& job,
                                                       std::int64_t after) = 0;
  /// {"job", "state", "live_process"}
  virtual base::Result<base::json::object> cancel_job(const std::string& job) = 0;
  /// {"job", "tasks", "state", "rerun"}; "rerun" is null where it runs by itself.
  virtual base::Result<base::json::object> reprocess_job(const ReprocessWish& wish) = 0;

  /// {"task", "attempts", "encoders", "outputs"}
  virtual base::Result<base::json::object> show_task(const std::string& task) = 0;
  /// Of the attempt with this number, else of the last one that left a log.
  virtual base::Result<TaskLog> read_log(const std::string& task,
                                         std::optional<std::int64_t> attempt) = 0;

  /// {"hosts"}
  virtual base::Result<base::json::object> list_hosts() = 0;
  /// {"host", "was_quarantined", "was_draining"}
  virtual base::Result<base::json::object> release_host(const std::string& host) = 0;
};

}  // namespace mpegflow::cli
