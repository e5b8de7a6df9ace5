#pragma once

#include <vector>

#include "api/event_feed.h"
#include "api/services.h"
#include "http/router.h"

namespace mpegflow::api {

/// The routes by what they speak of; each function is one file. `services` outlives them.
std::vector<http::Route> job_routes(Services& services, EventFeed& feed);
std::vector<http::Route> task_routes(Services& services);
std::vector<http::Route> dead_letter_routes(Services& services);
std::vector<http::Route> lane_routes(Services& services);
std::vector<http::Route> worker_routes(Services& services);
std::vector<http::Route> key_routes(Services& services);
/// Health, metrics, version and the description of the API itself.
std::vector<http::Route> server_routes(Services& services);

}  // namespace mpegflow::api
