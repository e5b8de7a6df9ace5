#include <fmt/format.h>

#include "base/json.h"
#include "core/queue/wheel.h"
#include "store/ops/admission.h"
#include "store/ops/ops_internal.h"

namespace mpegflow::store {
namespace {

base::Result<void> check_lane_change(const SetLane& op) {
  if (op.weight && (*op.weight < queue::kLeastWeight || *op.weight > queue::kMostWeight))
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("a lane's weight is a whole number from {} to {}, not {}",
                                  queue::kLeastWeight, queue::kMostWeight, *op.weight));
  if (op.weight && !op.pool.empty())
    return base::fail(base::ErrorCode::invalid_argument,
                      "a lane has one weight in all pools; set it without a pool");
  if (op.reserved && *op.reserved < 0)
    return base::fail(base::ErrorCode::invalid_argument, "reserved slots cannot be below 0");
  if (op.cap && *op.cap < kNoCap)
    return base::fail(base::ErrorCode::invalid_argument, "a cap cannot be below 0");
  return {};
}

Value to_cap(std::int64_t cap) {
  if (cap == kNoCap) return std::monostate();
  return cap;
}

base::json::object describe(const SetLane& op) {
  base::json::object change;
  if (!op.pool.empty()) change["pool"] = op.pool;
  if (op.weight) change["weight"] = *op.weight;
  if (op.reserved) change["reserved"] = *op.reserved;
  if (op.cap && *op.cap == kNoCap) change["cap"] = nullptr;
  else if (op.cap) change["cap"] = *op.cap;
  return change;
}

base::Result<void> write_lane(Session& session, const SetLane& op, const Row& lane) {
  const std::int64_t weight = op.weight.value_or(lane.number(1));
  const std::int64_t reserved = op.reserved.value_or(lane.number(2));
  Value cap = lane.is_null(3) ? Value() : Value(lane.number(3));
  if (op.cap) cap = to_cap(*op.cap);
  if (op.pool.empty())
    return session.run("set_lane", {op.lane, weight, reserved, cap}).map([](const Rows&) {});
  return session.run("set_lane_limit", {op.lane, op.pool, reserved, cap}).map([](const Rows&) {});
}

}  // namespace

base::Result<void> record_change(Session& session, const std::string& subject,
                                 const std::string& who, const base::json::object& change) {
  return session
      .run("record_limit_change", {subject, session.now().us, who, base::to_canonical_json(change)})
      .map([](const Rows&) {});
}

base::Result<SetLane::Answer> run_op(Session& session, const SetLane& op) {
  RETURN_IF_ERROR(check_lane_change(op));
  // In one pool what is not named stays as it stands there.
  ASSIGN_OR_RETURN(const Rows lanes, session.run("lane_loads", {op.pool, op.lane}));
  if (op.lane.empty() || lanes.empty())
    return base::fail(base::ErrorCode::not_found, fmt::format("there is no lane {}", op.lane));
  RETURN_IF_ERROR(write_lane(session, op, lanes.front()));
  RETURN_IF_ERROR(forget_standings(session));
  RETURN_IF_ERROR(record_change(session, "lane " + op.lane, op.changed_by, describe(op)));
  ASSIGN_OR_RETURN(const Rows pools, session.run("list_pools", {}));
  for (const Row& pool : pools) RETURN_IF_ERROR(settle_lane(session, pool.text(0), op.lane));
  return SetLane::Answer{};
}

base::Result<SetTenantCap::Answer> run_op(Session& session, const SetTenantCap& op) {
  if (op.tenant.empty() || op.cap < kNoCap)
    return base::fail(base::ErrorCode::invalid_argument,
                      "a tenant's cap needs the tenant's name and a number from 0 up");
  if (op.cap == kNoCap) RETURN_IF_ERROR(session.run("delete_tenant_limit", {op.tenant, op.lane}));
  else RETURN_IF_ERROR(session.run("set_tenant_limit", {op.tenant, op.lane, op.cap}));
  RETURN_IF_ERROR(forget_standings(session));
  base::json::object change{{"lane", op.lane}, {"cap", nullptr}};
  if (op.cap != kNoCap) change["cap"] = op.cap;
  RETURN_IF_ERROR(record_change(session, "tenant " + op.tenant, op.changed_by, change));
  RETURN_IF_ERROR(squeeze_tenant(session, op.tenant));
  RETURN_IF_ERROR(settle_waiting(session));
  return SetTenantCap::Answer{};
}

}  // namespace mpegflow::store
