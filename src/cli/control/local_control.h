#pragma once

#include "cli/context.h"
#include "cli/control/control.h"

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
  base::Result<base::json::object> list_hosts() override;
  base::Result<base::json::object> release_host(const std::string& host) override;

 private:
  base::Result<void> end_dead_workers(const store::JobRow& job);

  const Context& context_;
  store::Store& store_;
};

}  // namespace mpegflow::cli
