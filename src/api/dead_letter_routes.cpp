#include "api/request.h"
#include "api/routes.h"
#include "engine/reprocess_dead_letters.h"
#include "records/dead_letter_lookup.h"
#include "records/lookup.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;
constexpr std::int64_t kLettersShown = 100, kMostLetters = 1000, kMostPerMinute = 100'000;

Answer list_groups(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto groups, records::describe_groups(services.store));
  return make_json(groups);
}

Answer show_letter(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {"limit"}));
  ASSIGN_OR_RETURN(const auto limit,
                   read_query_number(request, "limit", kLettersShown, 1, kMostLetters));
  ASSIGN_OR_RETURN(const auto named,
                   records::find_named_letter(services.store, request.parameter("group")));
  ASSIGN_OR_RETURN(const auto record, records::describe_letter(services.store, named, limit));
  return make_json(record);
}

/// Which letters a body means, one of them or a filter, and how they are tried.
struct Selection {
  store::ReprocessDeadLetters op;
  std::optional<store::DeadLetterRow> only;
};

base::Result<std::optional<base::EncoderRevisionId>> read_revision(Services& services,
                                                                   const base::json::object& body,
                                                                   std::string_view member) {
  ASSIGN_OR_RETURN(const std::string word, read_text(body, member));
  if (word.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(auto revision, records::find_named_revision(services.store, word));
  return revision;
}

base::Result<store::DeadLetterFilter> read_letter_filter(Services& services,
                                                         const base::json::object& body) {
  store::DeadLetterFilter filter;
  ASSIGN_OR_RETURN(filter.reason, read_text(body, "reason"));
  ASSIGN_OR_RETURN(filter.bucket, read_text(body, "bucket"));
  ASSIGN_OR_RETURN(filter.lane, read_text(body, "lane"));
  ASSIGN_OR_RETURN(filter.tenant, read_text(body, "tenant"));
  ASSIGN_OR_RETURN(const auto revision, read_revision(services, body, "of_revision"));
  if (revision) filter.encoder_revision = *revision;
  ASSIGN_OR_RETURN(const std::string since, read_text(body, "since"));
  if (since.empty()) return filter;
  const auto time = base::parse_rfc3339(since);
  if (!time)
    return base::fail(ErrorCode::invalid_argument, "since is no time in the form of RFC 3339");
  filter.since = *time;
  return filter;
}

/// Everything, unless the body says what.
bool is_open(const store::DeadLetterFilter& filter) {
  return filter.reason.empty() && filter.bucket.empty() && filter.lane.empty() &&
         filter.tenant.empty() && filter.encoder_revision.empty() && filter.since.us == 0;
}

base::Result<Selection> read_selection(Services& services, const base::json::object& body) {
  Selection selection;
  store::ReprocessDeadLetters& op = selection.op;
  ASSIGN_OR_RETURN(const std::string letter, read_text(body, "group"));
  ASSIGN_OR_RETURN(op.filter, read_letter_filter(services, body));
  const base::json::value* all = body.if_contains("all");
  if (all != nullptr && !all->is_bool())
    return base::fail(ErrorCode::invalid_argument, "all is true or false");
  if (letter.empty() && is_open(op.filter) && (all == nullptr || !all->get_bool()))
    return base::fail(ErrorCode::invalid_argument,
                      "which dead letters? Name a group or a filter, or \"all\": true");
  ASSIGN_OR_RETURN(op.way.pool, read_text(body, "pool"));
  ASSIGN_OR_RETURN(const auto revision, read_revision(services, body, "revision"));
  if (revision) op.way.encoder_revision = *revision;
  ASSIGN_OR_RETURN(const auto rate, read_number(body, "rate_per_minute", 1, kMostPerMinute));
  op.rate_per_minute = rate.value_or(0);
  if (letter.empty()) return selection;
  ASSIGN_OR_RETURN(const auto named, records::find_named_letter(services.store, letter));
  if (const auto* one = std::get_if<store::DeadLetterRow>(&named)) selection.only = *one;
  else op.filter.signature = std::get<store::DeadLetterGroupRow>(named).signature;
  return selection;
}

Answer reprocess_letters(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body,
                   read_body(request, {"group", "reason", "bucket", "lane", "tenant", "of_revision",
                                       "since", "all", "pool", "revision", "rate_per_minute"}));
  ASSIGN_OR_RETURN(Selection selection, read_selection(services, body));
  selection.op.why = "asked for by " + name_of(request.caller);
  ASSIGN_OR_RETURN(const auto done,
                   selection.only
                       ? engine::reprocess_dead_letter(services.store, *selection.only,
                                                       selection.op.why, selection.op.way)
                       : engine::reprocess_dead_letters(services.store, selection.op));
  services.changes.notify();
  base::json::array refused, jobs;
  for (const auto& [task, why] : done.refused)
    refused.push_back(base::json::object{{"task", task.value}, {"why", why}});
  for (const base::JobId& job : done.jobs) jobs.push_back(base::json::object{{"job", job.value}});
  return make_json(base::json::object{
      {"tasks", done.tasks}, {"waiting", done.waiting}, {"refused", refused}, {"jobs", jobs}});
}

}  // namespace

std::vector<http::Route> dead_letter_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  // They are in groups across all tenants, so they are for who rules over all.
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/dead-letters", "admin", bind(list_groups)));
  routes.push_back(make_route("GET", "/v1/dead-letters/{group}", "admin", bind(show_letter)));
  routes.push_back(
      make_route("POST", "/v1/dead-letters/reprocess", "admin", bind(reprocess_letters)));
  return routes;
}

}  // namespace mpegflow::api
