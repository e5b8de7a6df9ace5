#include <algorithm>

#include <fmt/format.h>

#include "api/request.h"
#include "api/routes.h"
#include "base/text.h"
#include "records/dead_letter_lookup.h"
#include "records/lookup.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;
using records::to_record;
using records::to_records;

constexpr std::int64_t kLettersShown = 100, kMostLetters = 1000, kMostPerMinute = 100'000;

Answer list_groups(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto groups, store::list_dead_letter_groups(services.store));
  return make_json(base::json::object{{"groups", to_records(groups)}});
}

base::Result<store::DeadLetterGroupRow> find_group(Services& services, const std::string& word) {
  ASSIGN_OR_RETURN(const auto named, records::find_named_letter(services.store, word));
  if (const auto* group = std::get_if<store::DeadLetterGroupRow>(&named)) return *group;
  return base::fail(ErrorCode::not_found, fmt::format("there is no group of dead letters \"{}\"",
                                                      base::to_printable(word.substr(0, 200))));
}

Answer show_group(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {"limit"}));
  ASSIGN_OR_RETURN(const auto limit,
                   read_query_number(request, "limit", kLettersShown, 1, kMostLetters));
  ASSIGN_OR_RETURN(const auto group, find_group(services, request.parameter("group")));
  store::DeadLetterFilter filter;
  filter.signature = group.signature;
  ASSIGN_OR_RETURN(const auto letters, store::list_dead_letters(services.store, filter, limit));
  return make_json(
      base::json::object{{"group", to_record(group)}, {"letters", to_records(letters)}});
}

base::Result<store::ReprocessDeadLetters> read_selection(Services& services,
                                                         const base::json::object& body) {
  store::ReprocessDeadLetters op;
  ASSIGN_OR_RETURN(const std::string group, read_text(body, "group"));
  if (!group.empty()) {
    ASSIGN_OR_RETURN(const auto found, find_group(services, group));
    op.filter.signature = found.signature;
  }
  ASSIGN_OR_RETURN(op.filter.reason, read_text(body, "reason"));
  ASSIGN_OR_RETURN(op.filter.bucket, read_text(body, "bucket"));
  ASSIGN_OR_RETURN(op.filter.lane, read_text(body, "lane"));
  ASSIGN_OR_RETURN(op.filter.tenant, read_text(body, "tenant"));
  ASSIGN_OR_RETURN(const std::string since, read_text(body, "since"));
  if (!since.empty()) {
    const auto time = base::parse_rfc3339(since);
    if (!time)
      return base::fail(ErrorCode::invalid_argument, "since is no time in the form of RFC 3339");
    op.filter.since = *time;
  }
  const bool is_chosen = !group.empty() || !op.filter.reason.empty() || !op.filter.bucket.empty() ||
                         !op.filter.lane.empty() || !op.filter.tenant.empty() || !since.empty();
  const base::json::value* all = body.if_contains("all");
  if (all != nullptr && !all->is_bool())
    return base::fail(ErrorCode::invalid_argument, "all is true or false");
  if (!is_chosen && (all == nullptr || !all->get_bool()))
    return base::fail(ErrorCode::invalid_argument,
                      "which dead letters? Name a group or a filter, or \"all\": true");
  ASSIGN_OR_RETURN(op.way.pool, read_text(body, "pool"));
  ASSIGN_OR_RETURN(const std::string revision, read_text(body, "revision"));
  if (!revision.empty()) {
    ASSIGN_OR_RETURN(op.way.encoder_revision,
                     records::find_named_revision(services.store, revision));
  }
  ASSIGN_OR_RETURN(const auto rate, read_number(body, "rate_per_minute", 1, kMostPerMinute));
  op.rate_per_minute = rate.value_or(0);
  return op;
}

Answer reprocess_letters(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body,
                   read_body(request, {"group", "reason", "bucket", "lane", "tenant", "since",
                                       "all", "pool", "revision", "rate_per_minute"}));
  ASSIGN_OR_RETURN(store::ReprocessDeadLetters op, read_selection(services, body));
  op.why = "asked for by " + name_of(request.caller);
  std::int64_t tasks = 0, waiting = 0;
  base::json::array refused, jobs;
  for (;;) {
    ASSIGN_OR_RETURN(const auto answer, services.store.execute(op));
    tasks += answer.tasks;
    waiting += answer.waiting;
    for (const auto& [task, why] : answer.refused)
      refused.push_back(base::json::object{{"task", task.value}, {"why", why}});
    for (const base::JobId& job : answer.jobs) {
      const base::json::object record{{"job", job.value}};
      if (std::ranges::find(jobs, base::json::value(record)) == jobs.end()) jobs.push_back(record);
    }
    if (!answer.after) break;
    op.after = *answer.after;
    op.first_due = answer.first_due;
  }
  services.changes.notify();
  return make_json(base::json::object{
      {"tasks", tasks}, {"waiting", waiting}, {"refused", refused}, {"jobs", jobs}});
}

}  // namespace

std::vector<http::Route> dead_letter_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  // They are in groups across all tenants, so they are for who rules over all.
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/dead-letters", "admin", bind(list_groups)));
  routes.push_back(make_route("GET", "/v1/dead-letters/{group}", "admin", bind(show_group)));
  routes.push_back(
      make_route("POST", "/v1/dead-letters/reprocess", "admin", bind(reprocess_letters)));
  return routes;
}

}  // namespace mpegflow::api
