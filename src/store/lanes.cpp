#include "store/lanes.h"

#include "core/queue/wheel.h"

namespace mpegflow::store {
namespace {

base::Result<LaneInPool> load_lane_in_pool(Session& session, const std::string& pool,
                                           const Row& load) {
  LaneInPool lane;
  lane.pool = pool;
  lane.reserved = load.number(2);
  lane.cap = load.find_number(3);
  lane.ready = load.number(4);
  lane.running = load.number(5);
  ASSIGN_OR_RETURN(const Rows parked, session.run("tenants_parked", {load.text(0), pool}));
  lane.capped = load.number(6) + parked.front().number(0);
  ASSIGN_OR_RETURN(const Rows waits, session.run("recent_waits", {pool, load.text(0)}));
  if (waits.empty()) return lane;
  const auto at = [&](std::size_t percent) {
    return base::Micros(waits[(waits.size() - 1) * percent / 100].number(0));
  };
  lane.waited_p50 = at(50);
  lane.waited_p95 = at(95);
  return lane;
}

base::Result<std::vector<LaneView>> load_lanes(Session& session) {
  std::vector<LaneView> lanes;
  std::vector<std::int64_t> weights;
  ASSIGN_OR_RETURN(const Rows rows, session.run("lane_loads", {"", ""}));
  for (const Row& row : rows) {
    LaneView lane;
    lane.name = row.text(0);
    lane.weight = row.number(1);
    lane.reserved = row.number(2);
    lane.cap = row.find_number(3);
    weights.push_back(lane.weight);
    lanes.push_back(std::move(lane));
  }
  const auto wheel = queue::make_wheel(weights);
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i].gap = queue::find_gap(wheel, i);
  ASSIGN_OR_RETURN(const Rows pools, session.run("list_pools", {}));
  for (const Row& pool : pools) {
    ASSIGN_OR_RETURN(const Rows loads, session.run("lane_loads", {pool.text(0), ""}));
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      ASSIGN_OR_RETURN(auto in_pool, load_lane_in_pool(session, pool.text(0), loads[i]));
      lanes[i].pools.push_back(std::move(in_pool));
    }
  }
  return lanes;
}

}  // namespace

base::Result<std::vector<LaneView>> list_lanes(Store& store) {
  std::vector<LaneView> lanes;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(lanes, load_lanes(session));
    return {};
  }));
  return lanes;
}

base::Result<std::vector<LimitChange>> list_limit_changes(Store& store, const std::string& subject,
                                                          std::int64_t limit) {
  std::vector<LimitChange> changes;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    changes.clear();
    ASSIGN_OR_RETURN(const Rows rows, session.run("list_limit_changes", {subject, limit}));
    for (const Row& row : rows)
      changes.push_back({row.number(0), {row.number(1)}, row.text(2), row.text(3)});
    return {};
  }));
  return changes;
}

}  // namespace mpegflow::store
