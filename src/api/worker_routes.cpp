#include <algorithm>

#include <fmt/format.h>

#include "api/drain_orders.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/text.h"
#include "records/host_picture.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

base::Result<std::vector<records::HostPicture>> find_hosts(Services& services) {
  ASSIGN_OR_RETURN(auto hosts, records::find_hosts(services.store));
  for (records::HostPicture& host : hosts)
    host.is_draining = services.drains != nullptr &&
                       std::ranges::any_of(host.sessions, [&](const store::SessionRow& session) {
                         return services.drains->is_asked(session.id.value);
                       });
  return hosts;
}

Answer list_workers(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(services));
  base::json::array list;
  for (const records::HostPicture& host : hosts)
    list.push_back(records::to_record(host, services.clock.now()));
  return make_json(base::json::object{{"hosts", list}});
}

base::Result<records::HostPicture> find_named(Services& services, const std::string& word) {
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(services));
  return records::find_named_host(hosts, word);
}

Answer show_worker(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto host, find_named(services, request.parameter("host")));
  return make_json(records::to_record(host, services.clock.now()));
}

Answer quarantine_worker(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body, read_body(request, {"why"}));
  ASSIGN_OR_RETURN(const std::string why, read_text(body, "why"));
  ASSIGN_OR_RETURN(const auto host, find_named(services, request.parameter("host")));
  RETURN_IF_ERROR(
      services.store.execute(store::QuarantineHost{host.name, why, name_of(request.caller)}));
  ASSIGN_OR_RETURN(const auto after, find_named(services, host.name));
  return make_json(records::to_record(after, services.clock.now()));
}

/// The workers that are there now; one that is started later is not meant, and neither is the one
/// inside this server, which ends with it.
Answer drain_worker(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  RETURN_IF_ERROR(read_body(request, {}));
  ASSIGN_OR_RETURN(const auto host, find_named(services, request.parameter("host")));
  if (services.drains == nullptr)
    return base::fail(base::ErrorCode::illegal_transition, "no worker elsewhere asks this server");
  std::int64_t processes = 0, tasks = 0;
  bool has_own = false;
  for (const store::SessionRow& session : host.sessions) {
    const bool is_own = !session.lock_path.empty() && session.lock_path == services.own_lock_path;
    has_own = has_own || is_own;
    if (is_own) continue;
    services.drains->ask(session.id.value);
    ++processes;
    tasks += host.leases_of.at(session.id.value);
  }
  if (processes == 0 && has_own)
    return base::fail(
        base::ErrorCode::illegal_transition,
        fmt::format("no worker of {} can be drained: the one inside the server ends with it; "
                    "quarantine the host to keep tasks from it",
                    base::to_printable(host.name)));
  return make_json(
      base::json::object{{"host", host.name}, {"processes", processes}, {"tasks", tasks}});
}

Answer release_worker(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body, read_body(request, {"why"}));
  ASSIGN_OR_RETURN(const std::string why, read_text(body, "why"));
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(services));
  ASSIGN_OR_RETURN(const std::string host, records::name_host(hosts, request.parameter("host")));
  ASSIGN_OR_RETURN(const auto answer,
                   services.store.execute(store::ReleaseHost{host, name_of(request.caller), why}));
  bool was_draining = false;
  for (const records::HostPicture& picture : hosts)
    for (const store::SessionRow& session : picture.sessions)
      if (picture.name == host && services.drains != nullptr)
        was_draining = services.drains->take_back(session.id.value) || was_draining;
  services.changes.notify();
  return make_json(base::json::object{{"host", base::to_printable(host)},
                                      {"was_quarantined", answer.was_quarantined},
                                      {"was_draining", was_draining}});
}

Answer list_revisions(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto revisions, store::list_encoder_revisions(services.store));
  return make_json(base::json::object{{"encoder_revisions", records::to_records(revisions)}});
}

Answer show_revision(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  const std::string id = request.parameter("revision");
  ASSIGN_OR_RETURN(const auto revision,
                   store::find_encoder_revision(services.store, base::EncoderRevisionId(id)));
  if (!revision)
    return base::fail(
        base::ErrorCode::not_found,
        fmt::format("there is no encoder revision \"{}\"", base::to_printable(id.substr(0, 200))));
  return make_json(records::to_record(*revision));
}

}  // namespace

std::vector<http::Route> worker_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/workers", "read", bind(list_workers)));
  routes.push_back(make_route("GET", "/v1/workers/{host}", "read", bind(show_worker)));
  routes.push_back(make_route("POST", "/v1/workers/{host}/drain", "admin", bind(drain_worker)));
  routes.push_back(
      make_route("POST", "/v1/workers/{host}/quarantine", "admin", bind(quarantine_worker)));
  routes.push_back(make_route("POST", "/v1/workers/{host}/release", "admin", bind(release_worker)));
  routes.push_back(make_route("GET", "/v1/encoder-revisions", "read", bind(list_revisions)));
  routes.push_back(
      make_route("GET", "/v1/encoder-revisions/{revision}", "read", bind(show_revision)));
  return routes;
}

}  // namespace mpegflow::api
