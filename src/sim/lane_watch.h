#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/tenant_watch.h"
#include "store/store.h"

namespace mpegflow::sim {

/// I10, between two looks at the store: a lane that has something ready in a pool is claimed at
/// least once in as many claims of that pool as its gap says; tenants in turn, whatever the caps:
/// each task costs its tenant a turn; and caps, to the last task.
class LaneWatch {
 public:
  /// Whether a task that is ready came there in a turn of its own: by no retry, and past no gate.
  using HasTurn = std::function<bool(const base::TaskId&)>;

  /// `granted` since the last look. Says what is wrong, or nothing.
  std::optional<std::string> look(store::Store& store, const std::vector<base::TaskId>& granted,
                                  const HasTurn& has_turn);

 private:
  struct Seen {
    std::int64_t ready = 0;
    std::int64_t claims_without = 0;
  };
  using Key = std::pair<std::string, std::string>;  ///< pool, lane

  static base::Result<std::optional<std::string>> find_free_turn(store::Session& session,
                                                                 const HasTurn& has_turn);
  std::optional<std::string> follow(const std::string& pool, const std::vector<store::Row>& lanes,
                                    const std::map<Key, std::int64_t>& granted);

  std::map<Key, Seen> seen_;
  TenantWatch tenants_;
};

/// Whatever a seed draws of lanes' caps, tenants' caps and reserved slots. `workers` have a slot
/// each; caps leave room for one task at least, so that everything can
/// end; slots are reserved where all workers serve.
template <class Random>
std::vector<store::Op> draw_limits(Random& random, std::int64_t workers) {
  std::vector<store::Op> ops;
  for (const char* lane : {"live", "vod", "bulk"}) {
    if (random.chance(0.3))
      ops.emplace_back(store::SetLane{
          lane, random.chance(0.5) ? "cpu" : "", {}, {}, random.between(1, 3), "sim"});
    if (random.chance(0.3))
      ops.emplace_back(store::SetLane{lane, "", random.between(1, 10), {}, {}, "sim"});
  }
  if (random.chance(0.3))
    ops.emplace_back(store::SetTenantCap{"one", "", random.between(1, 3), ""});
  if (random.chance(0.3)) ops.emplace_back(store::SetTenantCap{"two", "vod", 1, "sim"});
  if (workers > 1 && random.chance(0.2))
    ops.emplace_back(store::SetLane{"live", "cpu", {}, 1, {}, "sim"});
  return ops;
}

}  // namespace mpegflow::sim
