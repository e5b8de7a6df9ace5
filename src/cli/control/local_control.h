#pragma once

#include "cli/context.h"
#include "cli/control/control.h"
#include "engine/reprocess_dead_letters.h"

namespace mpegflow::cli {

/// Over the state of this machine.
class LocalControl final : public Control {
 public:
  /// Error: the state cannot be opened.
  static base::Result<std::unique_ptr<Control>> open(const Context& context);
  LocalControl(const Context& context, store::Store& store) : context_(context), store_(store) {}

  base::Result<base::json::object> list_jobs(std::int64_t limit,
                                             const std::string& before) override;
  base::Result<base::json::object> show_job(const std::string& job) override;
  base::Result<base::json::object> list_events(const std::string& job, std::int64_t after) override;
  base::Result<base::json::object> cancel_job(const std::string& job) override;
  base::Result<base::json::object> reprocess_job(const ReprocessWish& wish) override;
  base::Result<base::json::object> show_task(const std::string& task) override;
  base::Result<TaskLog> read_log(const std::string& task,
                                 std::optional<std::int64_t> attempt) override;
  base::Result<LogPart> follow_log(const std::string& task, std::optional<std::int64_t> attempt,
                                   std::int64_t offset) override;
  base::Result<base::json::object> list_hosts() override;
  base::Result<base::json::object> show_host(const std::string& host) override;
  base::Result<base::json::object> quarantine_host(const std::string& host,
                                                   const std::string& why) override;
  base::Result<base::json::object> release_host(const std::string& host,
                                                const std::string& why) override;
  base::Result<base::json::object> list_lanes() override;
  base::Result<base::json::object> show_lane(const std::string& lane) override;
  base::Result<base::json::object> set_lane(const LaneOptions& change) override;
  base::Result<base::json::object> list_pools() override;
  base::Result<base::json::object> set_pool(const store::PoolRow& pool) override;
  base::Result<base::json::object> list_dead_letters() override;
  base::Result<base::json::object> show_dead_letter(const std::string& letter) override;
  base::Result<base::json::object> reprocess_dead_letters(const DeadLetterWish& wish) override;

 private:
  base::Result<void> end_dead_workers(const store::JobRow& job);
  base::Result<engine::ReprocessedLetters> reprocess_selection(const DeadLetterWish& wish);

  const Context& context_;
  store::Store& store_;
};

}  // namespace mpegflow::cli
