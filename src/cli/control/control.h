#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// What an attempt wrote to standard error, whole, and whose it is.
struct TaskLog {
  std::string job, task;
  std::int64_t attempt = 0;
  std::string outcome;
  std::string text;
};

/// One look at the log of an attempt that may still run.
struct LogPart {
  std::string job, task, task_id;
  std::int64_t attempt = 0;  ///< 0: the task was not tried yet
  std::string outcome;
  std::string text;      ///< from the offset on, as far as it is there
  bool is_over = false;  ///< that was all
};

/// What failed of a job and is to be tried again, and how.
struct ReprocessWish {
  std::string job;       ///< as people name it
  std::string task_key;  ///< empty = all
  std::string pool, revision;
};

/// Which dead letters get another chance, and how. What is empty does not matter.
struct DeadLetterWish {
  std::string letter;  ///< a group or a task, as people name it
  std::string reason, bucket, lane, tenant, of_revision;
  std::optional<base::WallTime> since;
  bool is_all = false;
  std::int64_t rate_per_minute = 0;  ///< 0 = all at once
  std::string pool, revision;        ///< another way
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

  /// What an attempt wrote beyond `offset`: the one with this number, else the newest. Asked again
  /// and again. Error: not_found, also of one that is over and left no log.
  virtual base::Result<LogPart> follow_log(const std::string& task,
                                           std::optional<std::int64_t> attempt,
                                           std::int64_t offset) = 0;

  /// {"hosts"}
  virtual base::Result<base::json::object> list_hosts() = 0;
  /// One of them; `host` is its name, or the id of one of its workers, or the start of one.
  virtual base::Result<base::json::object> show_host(const std::string& host) = 0;
  /// The same, as it is then.
  virtual base::Result<base::json::object> quarantine_host(const std::string& host,
                                                           const std::string& why) = 0;
  /// {"host", "was_quarantined", "was_draining"}
  virtual base::Result<base::json::object> release_host(const std::string& host,
                                                        const std::string& why) = 0;

  /// {"lanes"}
  virtual base::Result<base::json::object> list_lanes() = 0;
  /// {"lane", "changes"}
  virtual base::Result<base::json::object> show_lane(const std::string& lane) = 0;
  /// The same, as it is then.
  virtual base::Result<base::json::object> set_lane(const LaneOptions& change) = 0;

  /// {"pools"}
  virtual base::Result<base::json::object> list_pools() = 0;
  /// Makes or changes it; the pool, with its tasks.
  virtual base::Result<base::json::object> set_pool(const store::PoolRow& pool) = 0;

  /// {"groups"}
  virtual base::Result<base::json::object> list_dead_letters() = 0;
  /// Of a group {"group", "letters"}, of a task its letter.
  virtual base::Result<base::json::object> show_dead_letter(const std::string& letter) = 0;
  /// {"tasks", "waiting", "refused", "jobs"}; of a job "rerun" is null where it runs by itself.
  virtual base::Result<base::json::object> reprocess_dead_letters(const DeadLetterWish& wish) = 0;
};

}  // namespace mpegflow::cli
