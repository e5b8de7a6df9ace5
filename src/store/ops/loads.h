#pragma once

#include <string>

#include "store/op.h"
#include "store/ops/work.h"
#include "store/session.h"

namespace mpegflow::store {

/// Where a task waits and runs, as far as caps go.
struct Place {
  std::string tenant, lane, pool;
};

/// The counts that caps, slots and turns are judged by. What the ops of a transaction change is
/// summed up and written once: before the next query over counts, or at the end.
void add_to_lane(Session& session, const std::string& pool, const std::string& lane,
                 const LaneChange& change);
void add_to_tenant(Session& session, const Place& place, const TenantChange& change);
void add_to_pool(Session& session, const std::string& pool, const PoolChange& change);

/// How a lane stands in a pool now; nullopt if there is no such lane.
base::Result<std::optional<LaneStanding>> find_lane(Session& session, const std::string& pool,
                                                    const std::string& lane);
/// How a pool stands now, with the names of all lanes.
base::Result<PoolStanding> find_pool(Session& session, const std::string& pool);
/// Where in the lane the next task of the tenant may start.
base::Result<std::int64_t> find_finish(Session& session, const Place& place);
/// Whether the tenant has any caps.
base::Result<bool> is_limited(Session& session, const std::string& tenant);
/// Whether tasks of the tenant wait at its own gate.
base::Result<bool> waits_at_own_gate(Session& session, const std::string& tenant);

/// Limits or lanes were changed: nothing that was read of them holds any more.
base::Result<void> forget_standings(Session& session);

/// Writes what is summed up.
base::Result<void> write_loads(Session& session);

/// Runs a query that reads counts, on what they are now.
base::Result<Rows> run_on_loads(Session& session, std::string_view query,
                                std::initializer_list<Value> arguments);

}  // namespace mpegflow::store
