#include "api/request.h"
#include "api/routes.h"
#include "core/submit/placeholder.h"
#include "records/queue_lookup.h"
#include "records/records.h"
#include "store/lanes.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

constexpr std::int64_t kMostSlots = 1'000'000;
constexpr std::size_t kLongestDescription = 256;

Answer list_lanes(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(services.store));
  return make_json(base::json::object{{"lanes", records::to_records(lanes)}});
}

Answer show_lane(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto record,
                   records::describe_lane(services.store, request.parameter("lane")));
  return make_json(record);
}

Answer set_lane(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body, read_body(request, {"pool", "weight", "reserved", "cap"}));
  store::SetLane op;
  op.lane = request.parameter("lane");
  ASSIGN_OR_RETURN(op.pool, read_text(body, "pool"));
  ASSIGN_OR_RETURN(op.weight, read_number(body, "weight", 1, kMostSlots));
  ASSIGN_OR_RETURN(op.reserved, read_number(body, "reserved", 0, kMostSlots));
  const base::json::value* cap = body.if_contains("cap");
  if (cap != nullptr && cap->is_null()) {
    op.cap = store::kNoCap;
  } else {
    ASSIGN_OR_RETURN(op.cap, read_number(body, "cap", 0, kMostSlots));
  }
  op.changed_by = name_of(request.caller);
  RETURN_IF_ERROR(records::check_lane_and_pool(services.store, op.lane, op.pool));
  RETURN_IF_ERROR(services.store.execute(op));
  services.changes.notify();
  ASSIGN_OR_RETURN(const auto record, records::describe_lane(services.store, op.lane));
  return make_json(record);
}

Answer list_pools(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto record, records::describe_pools(services.store));
  return make_json(record);
}

Answer show_pool(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto record,
                   records::describe_pool(services.store, request.parameter("pool")));
  return make_json(record);
}

Answer set_pool(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body,
                   read_body(request, {"memory_per_task_bytes", "next_pool", "description"}));
  const std::string name = request.parameter("pool");
  if (!submit::is_key(name))
    return base::fail(ErrorCode::invalid_argument,
                      "a pool's name is at most 64 letters, digits, - and _, first a letter or "
                      "digit");
  store::PoolRow pool{name, 0, {}, {}};
  ASSIGN_OR_RETURN(const auto memory,
                   read_number(body, "memory_per_task_bytes", 0, std::int64_t{1} << 50));
  pool.memory_per_task_bytes = memory.value_or(0);
  ASSIGN_OR_RETURN(pool.next_pool, read_text(body, "next_pool"));
  ASSIGN_OR_RETURN(pool.description, read_text(body, "description"));
  if (pool.description.size() > kLongestDescription)
    return base::fail(ErrorCode::invalid_argument, "description has at most 256 bytes");
  if (pool.next_pool == name)
    return base::fail(ErrorCode::invalid_argument, "a pool cannot follow itself");
  if (!pool.next_pool.empty())
    RETURN_IF_ERROR(records::describe_pool(services.store, pool.next_pool));
  RETURN_IF_ERROR(services.store.execute(store::SetPool{pool}));
  ASSIGN_OR_RETURN(const auto record, records::describe_pool(services.store, name));
  return make_json(record);
}

}  // namespace

std::vector<http::Route> lane_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/lanes", "read", bind(list_lanes)));
  routes.push_back(make_route("GET", "/v1/lanes/{lane}", "read", bind(show_lane)));
  routes.push_back(make_route("PATCH", "/v1/lanes/{lane}", "admin", bind(set_lane)));
  routes.push_back(make_route("GET", "/v1/pools", "read", bind(list_pools)));
  routes.push_back(make_route("GET", "/v1/pools/{pool}", "read", bind(show_pool)));
  routes.push_back(make_route("PUT", "/v1/pools/{pool}", "admin", bind(set_pool)));
  return routes;
}

}  // namespace mpegflow::api
