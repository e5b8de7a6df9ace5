#include <algorithm>

#include <fmt/format.h>

#include "api/byte_range.h"
#include "api/request.h"
#include "api/routes.h"
#include "api/running_logs.h"
#include "base/text.h"
#include "base/zstd.h"
#include "engine/running_log.h"
#include "http/finish_reply.h"
#include "records/lookup.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;
using records::to_record;
using records::to_records;

/// By id or "JOB/KEY" (with %2F).
base::Result<records::NamedTask> find_seen_task(Services& services,
                                                const http::ServerRequest& request) {
  const std::string word = request.parameter("task");
  auto named = records::find_named_task(services.store, word);
  if (named && sees(request.caller, named->job.tenant)) return named;
  if (!named && named.error().code != ErrorCode::not_found &&
      named.error().code != ErrorCode::invalid_argument)
    return named;
  return base::fail(ErrorCode::not_found, fmt::format("there is no task \"{}\"",
                                                      base::to_printable(word.substr(0, 200))));
}

Answer show_task(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto named, find_seen_task(services, request));
  ASSIGN_OR_RETURN(const auto attempts, records::list_attempts_of_task(services.store, named.task));
  ASSIGN_OR_RETURN(const auto outputs, store::list_outputs_of_task(services.store, named.task.id));
  return make_json(base::json::object{{"task", to_record(named.task)},
                                      {"attempts", to_records(attempts)},
                                      {"outputs", to_records(outputs)}});
}

Answer list_attempts(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto named, find_seen_task(services, request));
  ASSIGN_OR_RETURN(const auto attempts, records::list_attempts_of_task(services.store, named.task));
  return make_json(base::json::object{{"attempts", to_records(attempts)}});
}

struct NamedAttempt {
  store::JobRow job;
  store::AttemptRow attempt;
};

base::Result<NamedAttempt> find_attempt(Services& services, const http::ServerRequest& request) {
  ASSIGN_OR_RETURN(const auto named, find_seen_task(services, request));
  ASSIGN_OR_RETURN(const auto attempts, records::list_attempts_of_task(services.store, named.task));
  const std::string word = request.parameter("attempt");
  for (const store::AttemptRow& attempt : attempts)
    if (std::to_string(attempt.fence) == word) return NamedAttempt{named.job, attempt};
  return base::fail(ErrorCode::not_found, fmt::format("the task has no attempt \"{}\"",
                                                      base::to_printable(word.substr(0, 100))));
}

Answer show_attempt(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto named, find_attempt(services, request));
  return make_json(to_record(named.attempt));
}

/// Where the attempt's folder is not here, its worker is asked for it.
base::Result<std::string> read_running_log(Services& services, const NamedAttempt& named) {
  ASSIGN_OR_RETURN(std::string text,
                   engine::read_running_log(named.job, named.attempt, 0, RunningLogs::kMost));
  if (!text.empty() || services.running_logs == nullptr) return text;
  return services.running_logs->read(
      {named.attempt.task, named.attempt.fence, named.attempt.claim});
}

/// The whole standard error: the stored zstd frame for who takes that coding, else its text; of a
/// running attempt as far as it is here.
Answer read_stderr(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto named, find_attempt(services, request));
  const store::AttemptRow& attempt = named.attempt;
  const std::string key = records::parse_record(attempt).stderr_key;
  const bool is_running = key.empty() && attempt.outcome == "running";
  if (key.empty() && !is_running)
    return base::fail(ErrorCode::not_found, fmt::format("attempt {} left no log (it is {})",
                                                        attempt.fence, attempt.outcome));
  http::Reply reply(200, {{"Content-Type", "text/plain; charset=utf-8"},
                          {"Accept-Ranges", "bytes"},
                          {"Vary", "Accept-Encoding"}});
  if (is_running) {
    reply.headers.emplace_back("Cache-Control", "no-store");
    ASSIGN_OR_RETURN(reply.body, read_running_log(services, named));
  } else {
    ASSIGN_OR_RETURN(reply.body, services.logs.get_bytes(key));
    if (http::accepts_coding(request.header("Accept-Encoding").value_or(""), "zstd")) {
      reply.headers.emplace_back("Content-Encoding", "zstd");
    } else {
      ASSIGN_OR_RETURN(reply.body, base::decompress_zstd(reply.body));
    }
  }
  const auto range = request.header("Range");
  if (!range || request.header("If-Range")) return reply;
  return cut_range(std::move(reply), *range);
}

}  // namespace

std::vector<http::Route> task_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  const std::string task = "/v1/tasks/{task}";
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", task, "read", bind(show_task)));
  routes.push_back(make_route("GET", task + "/attempts", "read", bind(list_attempts)));
  routes.push_back(make_route("GET", task + "/attempts/{attempt}", "read", bind(show_attempt)));
  routes.push_back(
      make_route("GET", task + "/attempts/{attempt}/stderr", "read", bind(read_stderr)));
  return routes;
}

}  // namespace mpegflow::api
