#include <algorithm>

#include <fmt/format.h>

#include "api/request.h"
#include "api/routes.h"
#include "base/text.h"
#include "core/submit/placeholder.h"
#include "records/records.h"
#include "store/lanes.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;
using records::to_record;
using records::to_records;

constexpr std::int64_t kShownChanges = 20, kMostSlots = 1'000'000;
constexpr std::size_t kLongestDescription = 256;

template <class Row>
base::Result<Row> find_named(const std::vector<Row>& rows, const std::string& name,
                             std::string_view kind) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  if (found != rows.end()) return *found;
  return base::fail(ErrorCode::not_found, fmt::format("there is no {} \"{}\"", kind,
                                                      base::to_printable(name.substr(0, 200))));
}

Answer list_lanes(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(services.store));
  return make_json(base::json::object{{"lanes", to_records(lanes)}});
}

base::Result<http::Reply> describe_lane(Services& services, const std::string& name) {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(services.store));
  ASSIGN_OR_RETURN(const auto lane, find_named(lanes, name, "lane"));
  ASSIGN_OR_RETURN(const auto changes,
                   store::list_limit_changes(services.store, "lane " + name, kShownChanges));
  return make_json(base::json::object{{"lane", to_record(lane)}, {"changes", to_records(changes)}});
}

Answer show_lane(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  return describe_lane(services, request.parameter("lane"));
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
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(services.store));
  RETURN_IF_ERROR(find_named(lanes, op.lane, "lane"));
  if (!op.pool.empty()) {
    ASSIGN_OR_RETURN(const auto pools, store::list_pools(services.store));
    RETURN_IF_ERROR(find_named(pools, op.pool, "pool"));
  }
  RETURN_IF_ERROR(services.store.execute(op));
  services.changes.notify();
  return describe_lane(services, op.lane);
}

Answer list_pools(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(services.store));
  ASSIGN_OR_RETURN(const auto loads, store::count_pool_loads(services.store));
  base::json::array list;
  for (const store::PoolRow& pool : pools) list.push_back(to_record(pool, loads));
  return make_json(base::json::object{{"pools", list}});
}

Answer show_pool(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(services.store));
  ASSIGN_OR_RETURN(const auto pool, find_named(pools, request.parameter("pool"), "pool"));
  ASSIGN_OR_RETURN(const auto loads, store::count_pool_loads(services.store));
  return make_json(to_record(pool, loads));
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
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(services.store));
  if (!pool.next_pool.empty()) RETURN_IF_ERROR(find_named(pools, pool.next_pool, "pool"));
  RETURN_IF_ERROR(services.store.execute(store::SetPool{pool}));
  ASSIGN_OR_RETURN(const auto loads, store::count_pool_loads(services.store));
  return make_json(to_record(pool, loads));
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
