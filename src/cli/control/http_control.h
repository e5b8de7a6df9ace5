#pragma once

#include "cli/control/control.h"
#include "cli/server_address.h"
#include "http/client.h"

namespace mpegflow::cli {

/// Over the API of a server (api/openapi.yaml). Errors are those that the server tells;
/// server_unreachable if none answers.
class HttpControl final : public Control {
 public:
  /// `token` may be empty on a socket of this machine.
  HttpControl(ServerAddress server, std::string token, http::Client& client)
      : server_(std::move(server)), token_(std::move(token)), client_(client) {}

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

  /// Whether it answers.
  bool is_there();

  /// {"host", "processes", "tasks"}: its workers finish what they have, and end.
  base::Result<base::json::object> drain_host(const std::string& host);

  /// {"job", "existed"}: gives the server a spec in its canonical form. invalid_spec lists every
  /// fault.
  base::Result<base::json::object> submit_job(const base::json::object& spec,
                                              const std::string& idempotency_key);

 private:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// The answer, whatever it is.
  base::Result<http::Response> send(const std::string& method, const std::string& path,
                                    const std::string& body, const Headers& headers);
  base::Result<std::string> ask_bytes(const std::string& method, const std::string& path,
                                      const std::string& body, const Headers& headers);
  base::Result<base::json::object> ask(const std::string& method, const std::string& path,
                                       const std::string& body = {}, const Headers& headers = {});
  /// "/v1/jobs/ID" of the job that is meant.
  base::Result<std::string> find_job(const std::string& word);
  /// "/v1/tasks/…"
  base::Result<std::string> find_task(const std::string& word);

  ServerAddress server_;
  std::string token_;
  http::Client& client_;
};

}  // namespace mpegflow::cli
