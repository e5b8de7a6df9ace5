#include "store/ops/loads.h"

#include <algorithm>

namespace mpegflow::store {
namespace {

Value to_value(std::optional<std::int64_t> number) {
  if (!number) return std::monostate();
  return *number;
}

TenantKey key_of(const Place& place) {
  return {{place.pool, place.lane}, place.tenant};
}

bool is_nothing(const TenantChange& change) {
  return change.admitted == 0 && change.running == 0 && change.parked == 0 && !change.finish;
}

void add(LaneStanding& lane, const LaneChange& change) {
  lane.ready += change.ready;
  lane.running += change.running;
  lane.parked += change.parked;
  lane.grants += change.grants;
  lane.vtime = std::max(lane.vtime, change.vtime);
}

void add(PoolStanding& pool, const PoolChange& change) {
  pool.slots += change.slots;
  pool.busy += change.busy;
  pool.wheel_position = change.wheel_position.value_or(pool.wheel_position);
}

/// The columns of lane_loads.
LaneStanding to_lane_standing(const Row& row) {
  return {row.number(1), row.number(2), row.find_number(3), row.number(4),
          row.number(5), row.number(6), row.number(7),      row.number(8)};
}

}  // namespace

void add_to_lane(Session& session, const std::string& pool, const std::string& lane,
                 const LaneChange& change) {
  LaneChange& sum = session.work().changes.lanes[{pool, lane}];
  sum.ready += change.ready;
  sum.running += change.running;
  sum.parked += change.parked;
  sum.grants += change.grants;
  sum.vtime = std::max(sum.vtime, change.vtime);
}

void add_to_tenant(Session& session, const Place& place, const TenantChange& change) {
  TenantChange& sum = session.work().changes.tenants[key_of(place)];
  sum.admitted += change.admitted;
  sum.running += change.running;
  sum.parked += change.parked;
  if (change.finish) sum.finish = change.finish;
}

void add_to_pool(Session& session, const std::string& pool, const PoolChange& change) {
  PoolChange& sum = session.work().changes.pools[pool];
  sum.slots += change.slots;
  sum.busy += change.busy;
  if (change.wheel_position) sum.wheel_position = change.wheel_position;
}

base::Result<std::optional<LaneStanding>> find_lane(Session& session, const std::string& pool,
                                                    const std::string& lane) {
  Work& work = session.work();
  auto known = work.lanes.find({pool, lane});
  if (known == work.lanes.end()) {
    ASSIGN_OR_RETURN(const Rows rows, run_on_loads(session, "lane_loads", {pool, lane}));
    if (rows.empty()) return std::optional<LaneStanding>();
    known = work.lanes.emplace(LaneKey(pool, lane), to_lane_standing(rows.front())).first;
  }
  LaneStanding now = known->second;
  const auto change = work.changes.lanes.find({pool, lane});
  if (change != work.changes.lanes.end()) add(now, change->second);
  return std::optional(now);
}

base::Result<PoolStanding> find_pool(Session& session, const std::string& pool) {
  Work& work = session.work();
  auto known = work.pools.find(pool);
  if (known == work.pools.end()) {
    PoolStanding read;
    ASSIGN_OR_RETURN(const Rows rows, run_on_loads(session, "pool_by_name", {pool}));
    if (!rows.empty()) {
      read.wheel_position = rows.front().number(0);
      read.slots = rows.front().number(1);
      read.busy = rows.front().number(2);
    }
    ASSIGN_OR_RETURN(const Rows lanes, session.run("lane_loads", {pool, ""}));
    for (const Row& lane : lanes) {
      read.lanes.push_back(lane.text(0));
      work.lanes.insert_or_assign({pool, lane.text(0)}, to_lane_standing(lane));
    }
    known = work.pools.emplace(pool, std::move(read)).first;
  }
  PoolStanding now = known->second;
  const auto change = work.changes.pools.find(pool);
  if (change != work.changes.pools.end()) add(now, change->second);
  return now;
}

base::Result<std::int64_t> find_finish(Session& session, const Place& place) {
  Work& work = session.work();
  const auto change = work.changes.tenants.find(key_of(place));
  if (change != work.changes.tenants.end() && change->second.finish) return *change->second.finish;
  if (const auto known = work.finishes.find(key_of(place)); known != work.finishes.end())
    return known->second;
  ASSIGN_OR_RETURN(const Rows rows,
                   session.run("tenant_finish", {place.tenant, place.lane, place.pool}));
  const std::int64_t finish = rows.empty() ? 0 : rows.front().number(0);
  work.finishes.emplace(key_of(place), finish);
  return finish;
}

base::Result<bool> is_limited(Session& session, const std::string& tenant) {
  auto& known = session.work().is_limited;
  if (const auto found = known.find(tenant); found != known.end()) return found->second;
  ASSIGN_OR_RETURN(const Rows limits, session.run("limits_of_tenant", {tenant}));
  return known.emplace(tenant, !limits.empty()).first->second;
}

base::Result<bool> waits_at_own_gate(Session& session, const std::string& tenant) {
  for (const auto& [key, change] : session.work().changes.tenants)
    if (key.second == tenant && change.parked != 0) {
      RETURN_IF_ERROR(write_loads(session));
      break;
    }
  ASSIGN_OR_RETURN(const Rows some, session.run("tenant_has_parked", {tenant}));
  return !some.empty();
}

base::Result<void> forget_standings(Session& session) {
  RETURN_IF_ERROR(write_loads(session));
  Work& work = session.work();
  work.lanes.clear();
  work.pools.clear();
  work.finishes.clear();
  work.is_limited.clear();
  return {};
}

base::Result<void> write_loads(Session& session) {
  Work& work = session.work();
  const LoadChanges changes = std::exchange(work.changes, {});
  for (const auto& [key, sum] : changes.lanes) {
    RETURN_IF_ERROR(session.run("add_lane_load", {key.first, key.second, sum.vtime, sum.ready,
                                                  sum.running, sum.parked, sum.grants}));
    if (const auto known = work.lanes.find(key); known != work.lanes.end()) add(known->second, sum);
  }
  for (const auto& [key, sum] : changes.tenants) {
    if (is_nothing(sum)) continue;
    RETURN_IF_ERROR(
        session.run("add_tenant_load", {key.second, key.first.second, key.first.first, sum.admitted,
                                        sum.running, sum.parked, to_value(sum.finish)}));
    work.finishes.erase(key);
  }
  for (const auto& [pool, sum] : changes.pools) {
    RETURN_IF_ERROR(
        session.run("add_pool_load", {pool, sum.slots, sum.busy, to_value(sum.wheel_position)}));
    if (const auto known = work.pools.find(pool); known != work.pools.end())
      add(known->second, sum);
  }
  return {};
}

base::Result<Rows> run_on_loads(Session& session, std::string_view query,
                                std::initializer_list<Value> arguments) {
  RETURN_IF_ERROR(write_loads(session));
  return session.run(query, arguments);
}

}  // namespace mpegflow::store
