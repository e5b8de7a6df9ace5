#include "api/api.h"

#include "api/problem.h"
#include "api/routes.h"

namespace mpegflow::api {

Api::Api(Services& services, GateOptions options)
    : gate_(std::move(options), services),
      feed_(services),
      router_([this](http::ServerRequest& request) { return gate_(request); },
              [](int status, const base::Error& error) { return make_problem(error, status); }) {
  add(job_routes(services, feed_));
  add(task_routes(services));
  add(dead_letter_routes(services));
  add(lane_routes(services));
  add(worker_routes(services));
  add(key_routes(services));
  add(server_routes(services));
}

}  // namespace mpegflow::api
