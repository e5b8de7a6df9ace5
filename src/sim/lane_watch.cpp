#include "sim/lane_watch.h"

#include <fmt/format.h>

#include "core/queue/wheel.h"
#include "store/cap_faults.h"
#include "store/reads.h"

namespace mpegflow::sim {

std::optional<std::string> LaneWatch::follow(const std::string& pool,
                                             const std::vector<store::Row>& lanes,
                                             const std::map<Key, std::int64_t>& granted) {
  std::vector<std::int64_t> weights;
  std::int64_t claims = 0;
  bool has_reserved = false;
  for (const store::Row& lane : lanes) {
    weights.push_back(lane.number(1));
    has_reserved = has_reserved || lane.number(2) > 0;
    const auto found = granted.find({pool, lane.text(0)});
    claims += found == granted.end() ? 0 : found->second;
  }
  const auto wheel = queue::make_wheel(weights);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    Seen& seen = seen_[{pool, lanes[i].text(0)}];
    const bool was_waiting = seen.ready > 0 && lanes[i].number(4) > 0;
    const bool was_claimed = granted.contains({pool, lanes[i].text(0)});
    seen.ready = lanes[i].number(4);
    // Of several claims in one look the order is unknown; what is reserved may hold a lane up.
    if (!was_waiting || was_claimed || claims > 1 || has_reserved) seen.claims_without = 0;
    else seen.claims_without += claims;
    if (seen.claims_without >= queue::find_gap(wheel, i))
      return fmt::format("lane {} waits in pool {} for {} claims", lanes[i].text(0), pool,
                         seen.claims_without);
  }
  return std::nullopt;
}

/// A task whose turn its tenant was not charged for: those after it would share that turn.
base::Result<std::optional<std::string>> LaneWatch::find_free_turn(store::Session& session,
                                                                   const HasTurn& has_turn) {
  ASSIGN_OR_RETURN(const store::Rows rows, session.run("check_turns", {}));
  for (const store::Row& row : rows)
    if (has_turn(base::TaskId(row.text(0))))
      return fmt::format("task {} of tenant {} waits in lane {} of pool {} and costs no turn",
                         row.text(0), row.text(1), row.text(2), row.text(3));
  return std::nullopt;
}

std::optional<std::string> LaneWatch::look(store::Store& store,
                                           const std::vector<base::TaskId>& granted,
                                           const HasTurn& has_turn) {
  const auto faults = store::find_cap_faults(store);
  if (!faults) return faults.error().message;
  if (!faults->empty()) return faults->front();
  std::map<Key, std::int64_t> by_lane;
  std::map<std::string, std::vector<store::Row>> pools;
  std::optional<std::string> wrong_turn;
  const auto read = store.read([&](store::Session& session) -> base::Result<void> {
    by_lane.clear();
    std::vector<store::TaskRow> tasks;
    for (const base::TaskId& id : granted) {
      ASSIGN_OR_RETURN(const store::Rows rows, session.run("task_by_id", {id.value}));
      const store::TaskRow task = store::to_task(rows.front());
      ++by_lane[{task.pool, task.lane}];
      tasks.push_back(task);
    }
    ASSIGN_OR_RETURN(wrong_turn, find_free_turn(session, has_turn));
    ASSIGN_OR_RETURN(const store::Rows names, session.run("list_pools", {}));
    for (const store::Row& name : names) {
      const std::string& pool = name.text(0);
      ASSIGN_OR_RETURN(pools[pool], session.run("lane_loads", {pool, ""}));
      for (const store::Row& lane : pools[pool]) {
        ASSIGN_OR_RETURN(auto wrong, tenants_.look(session,
                                                   {.pool = pool,
                                                    .name = lane.text(0),
                                                    .ready = lane.number(4),
                                                    .parked = lane.number(6)},
                                                   tasks));
        if (wrong) wrong_turn = std::move(wrong);
      }
    }
    return {};
  });
  if (!read) return read.error().message;
  if (wrong_turn) return wrong_turn;
  for (const auto& [pool, lanes] : pools)
    if (auto wrong = follow(pool, lanes, by_lane)) return wrong;
  return std::nullopt;
}

}  // namespace mpegflow::sim
