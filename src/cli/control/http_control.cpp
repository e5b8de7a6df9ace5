#include "cli/control/http_control.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/control/choose_attempt.h"
#include "records/lookup.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

using base::ErrorCode;
using base::json::object;

// Logs and stories of long jobs; the whole is in memory here.
constexpr std::int64_t kMostAnswer = std::int64_t{1} << 30;
constexpr base::Micros kStill = std::chrono::seconds(30);
constexpr std::int64_t kPageOfJobs = 500, kPageOfEvents = 1000;

bool is_good(const http::Response& response) {
  return response.status >= 200 && response.status <= 299;
}

/// The problem that the server tells (RFC 9457, with our code and its faults).
base::Error read_problem(const http::Response& response) {
  const auto document = base::parse_json(response.body, "the answer");
  const bool is_ours = document && document->is_object();
  const object problem = is_ours ? document->get_object() : object();
  const auto code = base::parse_error_code(base::text_or(problem, "code"));
  if (!code)
    return {ErrorCode::server_unreachable,
            fmt::format("what answers is no server of mpegflow: {} {}", response.status,
                        base::to_printable(response.body.substr(0, 200)))};
  std::string message = base::text_or(problem, "detail", base::text_or(problem, "title"));
  for (const auto& entry : base::array_or(problem, "faults"))
    if (const auto* fault = entry.if_object())
      message +=
          fmt::format("\n{}: {}", base::text_or(*fault, "path"), base::text_or(*fault, "message"));
  return {*code, std::move(message)};
}

std::string path_of(std::string_view kind, const std::string& name) {
  return fmt::format("/v1/{}/{}", kind, base::encode_percent(name));
}

std::string no_answer(const ServerAddress& server, const base::Error& error) {
  // Of a socket the client would tell the host and port that stand in its place.
  if (!server.socket.empty())
    return fmt::format(
        "no server answers at {}; start one with mpegflow serve, or name another "
        "with --server or MPEGFLOW_URL",
        base::to_printable(server.socket));
  return fmt::format(
      "no answer from {}: {}; check the address (--server, MPEGFLOW_URL), and that "
      "mpegflow serve runs there",
      server.url, error.message);
}

}  // namespace

base::Result<http::Response> HttpControl::send(const std::string& method, const std::string& path,
                                               const std::string& body, const Headers& headers) {
  http::Request request;
  request.method = method;
  request.url = server_.url + path;
  request.unix_socket = server_.socket;
  request.headers = headers;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  request.body = body;
  request.timeout = base::Micros(0);
  request.idle_timeout = kStill;
  request.most_body = kMostAnswer;
  auto response = client_.send(request);
  if (!response)
    return base::fail(ErrorCode::server_unreachable, no_answer(server_, response.error()));
  return std::move(*response);
}

bool HttpControl::is_there() {
  return send("GET", "/healthz", {}, {}).has_value();
}

base::Result<std::string> HttpControl::ask_bytes(const std::string& method, const std::string& path,
                                                 const std::string& body, const Headers& headers) {
  ASSIGN_OR_RETURN(http::Response response, send(method, path, body, headers));
  if (!is_good(response)) return tl::unexpected(read_problem(response));
  return std::move(response.body);
}

base::Result<object> HttpControl::ask(const std::string& method, const std::string& path,
                                      const std::string& body, const Headers& headers) {
  ASSIGN_OR_RETURN(const std::string text, ask_bytes(method, path, body, headers));
  ASSIGN_OR_RETURN(auto value, base::parse_json(text, "the server's answer"));
  if (!value.is_object())
    return base::fail(ErrorCode::server_unreachable, "what answers is no server of mpegflow");
  return std::move(value.get_object());
}

base::Result<std::string> HttpControl::find_job(const std::string& word) {
  const bool is_newest = word == "last";
  ASSIGN_OR_RETURN(
      const object found,
      ask("GET", is_newest ? "/v1/jobs?limit=1" : "/v1/jobs?id=" + base::encode_percent(word)));
  std::vector<base::JobId> ids = records::parse_list(
      found, "jobs", [](const object& job) { return records::parse_job(job).id; });
  ASSIGN_OR_RETURN(const base::JobId id, records::choose_job(word, ids));
  return "/v1/jobs/" + base::encode_percent(id.value);
}

base::Result<std::string> HttpControl::find_task(const std::string& word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string::npos) return "/v1/tasks/" + base::encode_percent(word);
  ASSIGN_OR_RETURN(const object job, show_job(word.substr(0, slash)));
  ASSIGN_OR_RETURN(
      const store::TaskRow task,
      records::choose_task(word.substr(slash + 1), records::parse_job_view(job).tasks));
  return "/v1/tasks/" + base::encode_percent(task.id.value);
}

base::Result<object> HttpControl::list_jobs(std::int64_t limit, const std::string& before) {
  std::string after;
  if (!before.empty()) {
    ASSIGN_OR_RETURN(const std::string path, find_job(before));
    ASSIGN_OR_RETURN(const object last, ask("GET", path));
    const store::JobRow job = records::parse_job(base::object_or(last, "job"));
    after = fmt::format("{}-{}", job.created.us, job.id.value);
  }
  base::json::array jobs;
  for (;;) {
    const std::int64_t missing = limit - std::ssize(jobs);
    ASSIGN_OR_RETURN(
        const object page,
        ask("GET", fmt::format("/v1/jobs?limit={}{}", std::min(missing, kPageOfJobs),
                               after.empty() ? "" : "&after=" + base::encode_percent(after))));
    for (const auto& job : base::array_or(page, "jobs")) jobs.push_back(job);
    after = base::text_or(page, "next_after");
    if (after.empty() || std::ssize(jobs) >= limit) break;
  }
  base::json::value next = nullptr;
  if (!after.empty()) next = base::text_or(jobs.back().get_object(), "id");
  return object{{"jobs", std::move(jobs)}, {"next_before", next}};
}

base::Result<object> HttpControl::show_job(const std::string& word) {
  ASSIGN_OR_RETURN(const std::string path, find_job(word));
  return ask("GET", path);
}

base::Result<object> HttpControl::list_events(const std::string& word, std::int64_t after) {
  ASSIGN_OR_RETURN(const std::string path, find_job(word));
  base::json::array events;
  for (;;) {
    ASSIGN_OR_RETURN(const object page, ask("GET", fmt::format("{}/events?after={}&limit={}", path,
                                                               after, kPageOfEvents)));
    const base::json::array here = base::array_or(page, "events");
    events.insert(events.end(), here.begin(), here.end());
    if (std::ssize(here) < kPageOfEvents)
      return object{{"job", base::text_or(page, "job")}, {"events", std::move(events)}};
    after = base::int_or(here.back().get_object(), "seq");
  }
}

base::Result<object> HttpControl::cancel_job(const std::string& word) {
  ASSIGN_OR_RETURN(const std::string path, find_job(word));
  ASSIGN_OR_RETURN(object answer, ask("POST", path + "/cancel"));
  answer["live_process"] = nullptr;
  return answer;
}

base::Result<object> HttpControl::reprocess_job(const ReprocessWish& wish) {
  ASSIGN_OR_RETURN(const std::string path, find_job(wish.job));
  object body;
  for (const auto& [member, value] :
       {std::pair("task", &wish.task_key), {"pool", &wish.pool}, {"revision", &wish.revision}})
    if (!value->empty()) body[member] = *value;
  ASSIGN_OR_RETURN(object answer, ask("POST", path + "/reprocess", base::to_canonical_json(body)));
  answer["rerun"] = nullptr;
  return answer;
}

base::Result<object> HttpControl::show_task(const std::string& word) {
  ASSIGN_OR_RETURN(const std::string path, find_task(word));
  ASSIGN_OR_RETURN(const object task, ask("GET", path));
  std::vector<std::string> revisions;
  for (const store::AttemptRow& attempt :
       records::parse_list(task, "attempts", records::parse_attempt))
    revisions.push_back(attempt.encoder_revision.value);
  std::ranges::sort(revisions);
  const auto repeated = std::ranges::unique(revisions);
  revisions.erase(repeated.begin(), repeated.end());
  base::json::array encoders;
  for (const std::string& revision : revisions) {
    auto encoder = ask("GET", "/v1/encoder-revisions/" + base::encode_percent(revision));
    if (encoder) encoders.emplace_back(std::move(*encoder));
    else if (encoder.error().code != ErrorCode::not_found) return tl::unexpected(encoder.error());
  }
  return object{{"task", base::object_or(task, "task")},
                {"attempts", base::array_or(task, "attempts")},
                {"encoders", std::move(encoders)},
                {"outputs", base::array_or(task, "outputs")}};
}

base::Result<TaskLog> HttpControl::read_log(const std::string& word,
                                            std::optional<std::int64_t> wanted) {
  ASSIGN_OR_RETURN(const std::string path, find_task(word));
  ASSIGN_OR_RETURN(const object record, ask("GET", path));
  const store::TaskRow task = records::parse_task(base::object_or(record, "task"));
  ASSIGN_OR_RETURN(
      const store::AttemptRow attempt,
      choose_attempt(task, records::parse_list(record, "attempts", records::parse_attempt),
                     wanted));
  ASSIGN_OR_RETURN(
      std::string text,
      ask_bytes("GET", fmt::format("{}/attempts/{}/stderr", path, attempt.fence), {}, {}));
  return TaskLog{task.job.value, task.key, attempt.fence, attempt.outcome, std::move(text)};
}

base::Result<LogPart> HttpControl::follow_log(const std::string& word,
                                              std::optional<std::int64_t> wanted,
                                              std::int64_t offset) {
  ASSIGN_OR_RETURN(const std::string path, find_task(word));
  ASSIGN_OR_RETURN(const object record, ask("GET", path));
  const store::TaskRow task = records::parse_task(base::object_or(record, "task"));
  ASSIGN_OR_RETURN(
      const auto attempt,
      choose_attempt_to_follow(
          task, records::parse_list(record, "attempts", records::parse_attempt), wanted));
  LogPart part{task.job.value, task.key, task.id.value, 0, {}, {}, false};
  if (!attempt) return part;
  part.attempt = attempt->fence;
  part.outcome = attempt->outcome;
  part.is_over = !is_running(*attempt);
  ASSIGN_OR_RETURN(http::Response response,
                   send("GET", fmt::format("{}/attempts/{}/stderr", path, attempt->fence), {},
                        {{"Range", fmt::format("bytes={}-", offset)}}));
  constexpr int kPartial = 206, kNothingThere = 416;
  if (response.status == kNothingThere) return part;
  if (!is_good(response)) return tl::unexpected(read_problem(response));
  part.text = std::move(response.body);
  if (response.status != kPartial)
    part.text.erase(0, std::min(part.text.size(), static_cast<std::size_t>(offset)));
  return part;
}

base::Result<object> HttpControl::list_hosts() {
  return ask("GET", "/v1/workers");
}

base::Result<object> HttpControl::show_host(const std::string& host) {
  return ask("GET", path_of("workers", host));
}

base::Result<object> HttpControl::quarantine_host(const std::string& host, const std::string& why) {
  return ask("POST", path_of("workers", host) + "/quarantine",
             base::to_canonical_json(object{{"why", why}}));
}

base::Result<object> HttpControl::release_host(const std::string& host, const std::string& why) {
  return ask("POST", path_of("workers", host) + "/release",
             base::to_canonical_json(object{{"why", why}}));
}

base::Result<object> HttpControl::drain_host(const std::string& host) {
  return ask("POST", path_of("workers", host) + "/drain");
}

base::Result<object> HttpControl::list_lanes() {
  return ask("GET", "/v1/lanes");
}

base::Result<object> HttpControl::show_lane(const std::string& lane) {
  return ask("GET", path_of("lanes", lane));
}

base::Result<object> HttpControl::set_lane(const LaneOptions& change) {
  object body;
  if (!change.pool.empty()) body["pool"] = change.pool;
  if (change.weight) body["weight"] = *change.weight;
  if (change.reserved) body["reserved"] = *change.reserved;
  if (change.cap && *change.cap == store::kNoCap) body["cap"] = nullptr;
  else if (change.cap) body["cap"] = *change.cap;
  return ask("PATCH", path_of("lanes", change.name), base::to_canonical_json(body));
}

base::Result<object> HttpControl::list_pools() {
  return ask("GET", "/v1/pools");
}

base::Result<object> HttpControl::set_pool(const store::PoolRow& pool) {
  const object body{{"memory_per_task_bytes", pool.memory_per_task_bytes},
                    {"next_pool", pool.next_pool},
                    {"description", pool.description}};
  return ask("PUT", path_of("pools", pool.name), base::to_canonical_json(body));
}

base::Result<object> HttpControl::list_dead_letters() {
  return ask("GET", "/v1/dead-letters");
}

base::Result<object> HttpControl::show_dead_letter(const std::string& letter) {
  return ask("GET", path_of("dead-letters", letter));
}

base::Result<object> HttpControl::reprocess_dead_letters(const DeadLetterWish& wish) {
  object body;
  for (const auto& [member, value] : {std::pair("group", &wish.letter),
                                      {"reason", &wish.reason},
                                      {"bucket", &wish.bucket},
                                      {"lane", &wish.lane},
                                      {"tenant", &wish.tenant},
                                      {"of_revision", &wish.of_revision},
                                      {"pool", &wish.pool},
                                      {"revision", &wish.revision}})
    if (!value->empty()) body[member] = *value;
  if (wish.since) body["since"] = base::to_rfc3339(*wish.since);
  if (wish.is_all) body["all"] = true;
  if (wish.rate_per_minute > 0) body["rate_per_minute"] = wish.rate_per_minute;
  ASSIGN_OR_RETURN(object answer,
                   ask("POST", "/v1/dead-letters/reprocess", base::to_canonical_json(body)));
  base::json::array jobs = base::array_or(answer, "jobs");
  for (auto& job : jobs)
    if (job.is_object()) job.get_object()["rerun"] = nullptr;
  answer["jobs"] = std::move(jobs);
  return answer;
}

base::Result<object> HttpControl::submit_job(const object& spec,
                                             const std::string& idempotency_key) {
  Headers headers;
  if (!idempotency_key.empty()) headers.emplace_back("Idempotency-Key", idempotency_key);
  return ask("POST", "/v1/jobs", base::to_canonical_json(spec), headers);
}

}  // namespace mpegflow::cli
