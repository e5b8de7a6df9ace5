#include <charconv>

#include <fmt/format.h>

#include "api/request.h"
#include "api/routes.h"
#include "api/submit_job.h"
#include "base/text.h"
#include "core/queue/job_state.h"
#include "engine/reprocess_job.h"
#include "records/job_view.h"
#include "records/lookup.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;
using records::to_record;
using records::to_records;

constexpr std::int64_t kLargestSpec = 4 << 20;
constexpr std::int64_t kPageOfJobs = 50, kMostJobs = 500, kMostEvents = 1000;

base::Result<store::JobRow> find_seen_job(Services& services, const http::ServerRequest& request) {
  const std::string word = request.parameter("job");
  const auto hidden = [&] {
    return base::fail(ErrorCode::not_found,
                      fmt::format("there is no job \"{}\"", base::to_printable(word)));
  };
  auto job = store::find_job(services.store, base::JobId(word));
  if (!job) return tl::unexpected(job.error());
  // Who may not see a job should not learn that it is there.
  if (!*job || !sees(request.caller, (*job)->tenant)) return hidden();
  return std::move(**job);
}

/// "CREATED_US-JOB", where the page before ended.
base::Result<std::optional<store::JobCursor>> read_cursor(const http::ServerRequest& request) {
  const auto text = request.find_query("after");
  if (!text) return std::nullopt;
  store::JobCursor cursor;
  const auto [end, error] =
      std::from_chars(text->data(), text->data() + text->size(), cursor.created.us);
  const std::string_view rest(end, text->data() + text->size());
  if (error != std::errc{} || rest.size() < 2 || rest.size() > 80 || rest.front() != '-')
    return base::fail(ErrorCode::invalid_argument,
                      "after is no cursor; take next_after of the page before");
  cursor.job = base::JobId(std::string(rest.substr(1)));
  return cursor;
}

base::Result<store::JobFilter> read_filter(const http::ServerRequest& request) {
  store::JobFilter filter;
  filter.state = request.find_query("state").value_or("");
  if (!filter.state.empty() && !queue::parse_job_state(filter.state))
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("state is \"{}\", which is no state of a job",
                                  base::to_printable(filter.state.substr(0, 100))));
  filter.lane = request.find_query("lane").value_or("");
  const auto tenant = request.find_query("tenant");
  filter.tenant = is_admin(request.caller) ? tenant.value_or("") : request.caller.tenant;
  if (tenant && *tenant != filter.tenant)
    return base::fail(ErrorCode::invalid_argument,
                      "only a key with the scope admin names a tenant");
  return filter;
}

/// Those whose id starts so: three at most, which is enough to know one from several.
Answer find_jobs(Services& services, const http::ServerRequest& request,
                 const std::string& prefix) {
  RETURN_IF_ERROR(check_query(request, {"id"}));
  const std::string tenant = is_admin(request.caller) ? "" : request.caller.tenant;
  ASSIGN_OR_RETURN(const auto ids, store::find_jobs_by_prefix(services.store, prefix, tenant));
  std::vector<store::JobRow> jobs;
  for (const base::JobId& id : ids) {
    ASSIGN_OR_RETURN(auto job, store::find_job(services.store, id));
    if (job) jobs.push_back(std::move(*job));
  }
  return make_json(base::json::object{{"jobs", to_records(jobs)}, {"next_after", nullptr}});
}

Answer list_jobs(Services& services, const http::ServerRequest& request) {
  if (const auto prefix = request.find_query("id")) return find_jobs(services, request, *prefix);
  RETURN_IF_ERROR(check_query(request, {"limit", "after", "state", "lane", "tenant"}));
  ASSIGN_OR_RETURN(const auto limit,
                   read_query_number(request, "limit", kPageOfJobs, 1, kMostJobs));
  ASSIGN_OR_RETURN(const auto cursor, read_cursor(request));
  ASSIGN_OR_RETURN(const auto filter, read_filter(request));
  ASSIGN_OR_RETURN(auto jobs, store::list_jobs(services.store, filter, cursor, limit + 1));
  base::json::value next = nullptr;
  if (std::ssize(jobs) > limit) {
    jobs.pop_back();
    next = fmt::format("{}-{}", jobs.back().created.us, jobs.back().id.value);
  }
  return make_json(base::json::object{{"jobs", to_records(jobs)}, {"next_after", next}});
}

base::Result<void> check_spec_type(const http::ServerRequest& request) {
  const std::string type(request.header("Content-Type").value_or(""));
  const std::string_view word = base::trim(std::string_view(type).substr(0, type.find(';')));
  if (word == "application/json" || word == "application/yaml") return {};
  return base::fail(ErrorCode::invalid_argument,
                    "a spec is sent as application/json or application/yaml");
}

Answer submit_job(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  RETURN_IF_ERROR(check_spec_type(request));
  ASSIGN_OR_RETURN(const Submitted submitted,
                   submit_job(services, request.caller, request.is_local_socket, request.body,
                              std::string(request.header("Idempotency-Key").value_or(""))));
  if (!submitted.faults.empty())
    return make_problem(
        {ErrorCode::invalid_spec, fmt::format("the spec has {} faults", submitted.faults.size())},
        0, submitted.faults);
  http::Reply reply = make_json(
      base::json::object{{"job", to_record(submitted.job)}, {"existed", submitted.existed}},
      submitted.existed ? 200 : 201);
  reply.headers.emplace_back("Location", "/v1/jobs/" + submitted.job.id.value);
  return reply;
}

Answer show_job(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto job, find_seen_job(services, request));
  ASSIGN_OR_RETURN(const auto view, records::read_job_view(services.store, job));
  return make_json(to_record(view));
}

Answer cancel_job(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  RETURN_IF_ERROR(read_body(request, {}));
  ASSIGN_OR_RETURN(const auto job, find_seen_job(services, request));
  if (job.finished && job.state != to_word(queue::JobState::cancelled))
    return base::fail(ErrorCode::illegal_transition,
                      fmt::format("job {} is over: it is {}", job.id.value, job.state));
  RETURN_IF_ERROR(
      services.store.execute(store::CancelJob{job.id, "asked for by " + name_of(request.caller)}));
  services.changes.notify();
  ASSIGN_OR_RETURN(const auto after, find_seen_job(services, request));
  return make_json(base::json::object{{"job", job.id.value}, {"state", after.state}});
}

base::Result<store::AnotherWay> read_way(Services& services, const base::json::object& body) {
  store::AnotherWay way;
  ASSIGN_OR_RETURN(way.pool, read_text(body, "pool"));
  ASSIGN_OR_RETURN(const std::string revision, read_text(body, "revision"));
  if (revision.empty()) return way;
  ASSIGN_OR_RETURN(way.encoder_revision, records::find_named_revision(services.store, revision));
  return way;
}

Answer reprocess_job(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body, read_body(request, {"task", "pool", "revision"}));
  ASSIGN_OR_RETURN(const auto job, find_seen_job(services, request));
  ASSIGN_OR_RETURN(const std::string key, read_text(body, "task"));
  base::TaskId only_task;
  if (!key.empty()) {
    ASSIGN_OR_RETURN(const auto named,
                     records::find_named_task(services.store, job.id.value + "/" + key));
    only_task = named.task.id;
  }
  ASSIGN_OR_RETURN(const auto way, read_way(services, body));
  ASSIGN_OR_RETURN(
      const auto answer,
      engine::reprocess_job(services.store,
                            {job.id, "asked for by " + name_of(request.caller), only_task, way}));
  services.changes.notify();
  ASSIGN_OR_RETURN(const auto after, find_seen_job(services, request));
  return make_json(
      base::json::object{{"job", job.id.value}, {"tasks", answer.tasks}, {"state", after.state}});
}

Answer list_events(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {"after", "limit"}));
  ASSIGN_OR_RETURN(const auto job, find_seen_job(services, request));
  ASSIGN_OR_RETURN(const auto after, read_query_number(request, "after", 0, 0, INT64_MAX));
  ASSIGN_OR_RETURN(const auto limit,
                   read_query_number(request, "limit", kMostEvents, 1, kMostEvents));
  ASSIGN_OR_RETURN(const auto events, store::list_events(services.store, job.id, after, limit));
  return make_json(base::json::object{{"job", job.id.value}, {"events", to_records(events)}});
}

/// The story as records, or with Accept: text/event-stream as it is written.
http::Route make_events_route(Services& services, EventFeed& feed) {
  http::Route route = make_route(
      "GET", "/v1/jobs/{job}/events", "read",
      [&services](http::ServerRequest& request) { return list_events(services, request); });
  route.handle = [&services, &feed, records = route.handle](
                     http::ServerRequest request,
                     const std::shared_ptr<http::Responder>& responder) {
    if (request.header("Accept").value_or("").find("text/event-stream") == std::string_view::npos)
      return records(std::move(request), responder);
    const auto job = find_seen_job(services, request);
    if (!job) return responder->send(make_problem(job.error()));
    auto after = read_query_number(request, "after", 0, 0, INT64_MAX);
    if (const auto last = request.header("Last-Event-ID"); after && last) {
      request.query["after"] = std::string(*last);
      after = read_query_number(request, "after", 0, 0, INT64_MAX);
    }
    if (!after) return responder->send(make_problem(after.error()));
    feed.follow(job->id, *after, responder);
  };
  return route;
}

}  // namespace

std::vector<http::Route> job_routes(Services& services, EventFeed& feed) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/jobs", "read", bind(list_jobs)));
  routes.push_back(make_route("POST", "/v1/jobs", "submit", bind(submit_job)));
  routes.back().max_body = kLargestSpec;
  routes.push_back(make_route("GET", "/v1/jobs/{job}", "read", bind(show_job)));
  routes.push_back(make_route("POST", "/v1/jobs/{job}/cancel", "submit", bind(cancel_job)));
  routes.push_back(make_route("POST", "/v1/jobs/{job}/reprocess", "submit", bind(reprocess_job)));
  routes.push_back(make_events_route(services, feed));
  return routes;
}

}  // namespace mpegflow::api
