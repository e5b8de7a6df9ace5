#pragma once

#include "api/event_feed.h"
#include "api/gate.h"
#include "api/services.h"
#include "http/router.h"

namespace mpegflow::api {

/// The whole API as a service: gate, routes, event feed. `services` outlives it; it outlives the
/// server.
class Api {
 public:
  Api(Services& services, GateOptions options);

  http::Router& router() { return router_; }
  /// More routes, for example those of the workers' protocol. Before the server starts.
  void add(std::vector<http::Route> routes) { router_.add(std::move(routes)); }
  /// Ends all event streams.
  void stop() { feed_.stop(); }

 private:
  Gate gate_;
  EventFeed feed_;
  http::Router router_;
};

}  // namespace mpegflow::api
