#pragma once

#include <cstdint>

namespace mpegflow::queue {

/// Start-time fair queueing: a task's place in its lane is the later of the lane's present virtual
/// time and where the tenant's last task ended, so a tenant with one task never waits behind
/// another's thousand. Priority scales the weight; cost is expected CPU time.
struct FairShare {
  std::int64_t start = 0;   ///< vtime of the task
  std::int64_t finish = 0;  ///< the tenant's, from now on
};

constexpr FairShare plan_fair_share(std::int64_t lane_vtime, std::int64_t tenant_finish,
                                    std::int64_t cost_us, std::int64_t priority) {
  const std::int64_t start = lane_vtime > tenant_finish ? lane_vtime : tenant_finish;
  const std::int64_t cost = cost_us > 1 ? cost_us : 1;
  // Priority 0–100 gives weights 1–101, and 50 half the weight of 100.
  return {start, start + (cost + priority) / (priority + 1)};
}

}  // namespace mpegflow::queue
