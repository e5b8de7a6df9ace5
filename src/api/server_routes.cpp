#include "api/metrics.h"
#include "api/openapi_text.h"
#include "api/request.h"
#include "api/routes.h"

namespace mpegflow::api {
namespace {

http::Reply make_text(std::string text, std::string type = "text/plain; charset=utf-8") {
  return http::Reply(200, {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}},
                     std::move(text));
}

Answer show_health(Services&, const http::ServerRequest&) {
  return make_text("ok\n");
}

/// Also whether the store answers: a server without it is of no use to anybody.
Answer show_readiness(Services& services, const http::ServerRequest&) {
  if (!services.check_ready) return make_text("ready\n");
  if (const auto ready = services.check_ready(); !ready) return make_problem(ready.error(), 503);
  return make_text("ready\n");
}

Answer show_version(Services&, const http::ServerRequest&) {
  return make_json(base::json::object{{"version", MPEGFLOW_VERSION}});
}

Answer show_openapi(Services&, const http::ServerRequest&) {
  return http::Reply(200, {{"Content-Type", "application/yaml"}}, std::string(openapi_text()));
}

Answer show_metrics(Services& services, const http::ServerRequest&) {
  ASSIGN_OR_RETURN(std::string text, services.metrics.write(services.store));
  return make_text(std::move(text), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

std::vector<http::Route> server_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/healthz", "", bind(show_health)));
  routes.push_back(make_route("GET", "/readyz", "", bind(show_readiness)));
  routes.push_back(make_route("GET", "/metrics", "read", bind(show_metrics)));
  routes.push_back(make_route("GET", "/v1/version", "", bind(show_version)));
  routes.push_back(make_route("GET", "/v1/openapi.yaml", "", bind(show_openapi)));
  return routes;
}

}  // namespace mpegflow::api
