#include "store/ops/admission.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/mutant.h"
#include "store/ops/job_head.h"
#include "store/ops/transition.h"

namespace mpegflow::store {
namespace {

using queue::TaskEvent;

constexpr int kBatch = 256;
constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

void count_parked(Session& session, const Place& place, Gate gate, std::int64_t change) {
  if (gate == Gate::tenant) return add_to_tenant(session, place, {.parked = change});
  add_to_lane(session, place.pool, place.lane, {.parked = change});
  add_to_tenant(session, place, {.admitted = change});
}

/// How many more ready rows the lane's cap in the pool allows; below 0 if there are too many.
base::Result<std::int64_t> find_lane_room(Session& session, const std::string& pool,
                                          const std::string& lane) {
  ASSIGN_OR_RETURN(const auto now, find_lane(session, pool, lane));
  if (!now || !now->cap || MPEGFLOW_MUTANT(lane_cap_ignored)) return kUnlimited;
  return *now->cap - now->ready - now->running;
}

/// How many more tasks the tenant's caps allow past its gate in one lane and pool.
base::Result<std::int64_t> find_tenant_room(Session& session, const Place& place) {
  ASSIGN_OR_RETURN(const bool has_caps, is_limited(session, place.tenant));
  if (!has_caps || MPEGFLOW_MUTANT(tenant_cap_ignored)) return kUnlimited;
  ASSIGN_OR_RETURN(const Rows limits,
                   run_on_loads(session, "tenant_room", {place.tenant, place.lane}));
  if (limits.empty()) return kUnlimited;
  std::int64_t room = kUnlimited;
  for (const Row& row : limits) room = std::min(room, row.number(0));
  ASSIGN_OR_RETURN(const Rows admitted, run_on_loads(session, "tenant_admitted",
                                                     {place.tenant, place.lane, place.pool}));
  return room - (admitted.empty() ? 0 : admitted.front().number(0));
}

base::Result<void> let_into_lane(Session& session, const std::string& pool,
                                 const std::string& lane) {
  for (int i = 0; i < kBatch; ++i) {
    ASSIGN_OR_RETURN(const Rows first, session.run("first_at_lane_gate", {pool, lane}));
    if (first.empty()) return {};
    ASSIGN_OR_RETURN(const std::int64_t room, find_lane_room(session, pool, lane));
    if (room <= 0) return {};
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(first.front().text(0))));
    RETURN_IF_ERROR(apply_event(session, task, TaskEvent::admitted, {}));
  }
  return {};
}

/// Moves those of the tenant that have room now from its gate to the lane's. They stay capped; the
/// lane takes all at its gate in one order.
base::Result<std::vector<Place>> pass_tenant_gate(Session& session, const std::string& tenant) {
  std::vector<Place> passed;
  ASSIGN_OR_RETURN(const bool some_wait, waits_at_own_gate(session, tenant));
  if (!some_wait) return passed;
  ASSIGN_OR_RETURN(const Rows streams, run_on_loads(session, "tenant_streams", {tenant}));
  for (const Row& stream : streams) {
    if (stream.number(3) == 0) continue;
    const Place place{tenant, stream.text(0), stream.text(1)};
    for (int i = 0; i < kBatch; ++i) {
      ASSIGN_OR_RETURN(const std::int64_t room, find_tenant_room(session, place));
      if (room <= 0) break;
      ASSIGN_OR_RETURN(const Rows first,
                       session.run("first_at_tenant_gate", {place.tenant, place.lane, place.pool}));
      if (first.empty()) break;
      RETURN_IF_ERROR(session.run("set_gate", {first.front().text(0), "lane"}));
      count_parked(session, place, Gate::tenant, -1);
      count_parked(session, place, Gate::lane, 1);
      if (i == 0) passed.push_back(place);
    }
  }
  return passed;
}

/// Sends the last of those past the tenant's gate in one lane and pool back to it.
base::Result<void> send_back_last(Session& session, const Place& place) {
  ASSIGN_OR_RETURN(const Rows parked, session.run("last_of_tenant_at_lane_gate",
                                                  {place.tenant, place.lane, place.pool}));
  ASSIGN_OR_RETURN(const Rows ready,
                   session.run("last_ready_of_tenant", {place.tenant, place.lane, place.pool}));
  base::check(!parked.empty() || !ready.empty(), "who was admitted is somewhere");
  const auto place_of = [](const Row& row) { return std::pair(row.number(1), row.text(0)); };
  if (ready.empty() || (!parked.empty() && place_of(parked.front()) > place_of(ready.front()))) {
    RETURN_IF_ERROR(session.run("set_gate", {parked.front().text(0), "tenant"}));
    count_parked(session, place, Gate::lane, -1);
    count_parked(session, place, Gate::tenant, 1);
    return {};
  }
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(ready.front().text(0))));
  RETURN_IF_ERROR(apply_event(session, task, TaskEvent::over_cap, {{}, {}, Gate::tenant}));
  return let_into_lane(session, place.pool, place.lane);
}

}  // namespace

std::string_view to_word(Gate gate) {
  return gate == Gate::tenant ? "tenant" : "lane";
}

base::Result<Place> find_place(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const JobHead* job, find_head(session, task.job));
  return Place{job->tenant, task.lane, task.pool};
}

void count_ready(Session& session, const Place& place, std::int64_t change) {
  add_to_lane(session, place.pool, place.lane, {.ready = change});
  add_to_tenant(session, place, {.admitted = change});
}

void count_running(Session& session, const Place& place, const Holder& holder,
                   std::int64_t change) {
  if (MPEGFLOW_MUTANT(running_not_counted_down) && change < 0) return;
  for (const std::string& pool : holder.pools) add_to_pool(session, pool, {.busy = change});
  add_to_lane(session, place.pool, place.lane, {.running = change});
  add_to_tenant(session, place, {.running = change});
}

base::Result<std::optional<Gate>> find_closed_gate(Session& session, const Place& place) {
  ASSIGN_OR_RETURN(const std::int64_t tenant_room, find_tenant_room(session, place));
  if (tenant_room < 0) return std::optional(Gate::tenant);
  ASSIGN_OR_RETURN(const std::int64_t lane_room, find_lane_room(session, place.pool, place.lane));
  if (lane_room < 0) return std::optional(Gate::lane);
  return std::optional<Gate>();
}

base::Result<void> park(Session& session, const TaskRow& task, const Place& place, Gate gate) {
  RETURN_IF_ERROR(session.run("park", {task.id.value, place.tenant, place.lane, place.pool,
                                       std::string(to_word(gate)), task.vtime}));
  count_parked(session, place, gate, 1);
  return {};
}

base::Result<void> unpark(Session& session, const TaskRow& task, const Place& place) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("unpark", {task.id.value}));
  base::check(rows.size() == 1, "a capped task is parked");
  const bool is_at_lane = rows.front().text(0) == to_word(Gate::lane);
  count_parked(session, place, is_at_lane ? Gate::lane : Gate::tenant, -1);
  return {};
}

base::Result<void> let_in(Session& session, const Place& place) {
  if (MPEGFLOW_MUTANT(waiters_not_let_in)) return {};
  ASSIGN_OR_RETURN(const auto passed, pass_tenant_gate(session, place.tenant));
  RETURN_IF_ERROR(let_into_lane(session, place.pool, place.lane));
  for (const Place& other : passed) RETURN_IF_ERROR(let_into_lane(session, other.pool, other.lane));
  return {};
}

base::Result<void> squeeze_tenant(Session& session, const std::string& tenant) {
  ASSIGN_OR_RETURN(const bool has_caps, is_limited(session, tenant));
  if (!has_caps) return {};
  ASSIGN_OR_RETURN(const Rows streams, run_on_loads(session, "tenant_streams", {tenant}));
  for (const Row& stream : streams) {
    const Place place{tenant, stream.text(0), stream.text(1)};
    for (std::int64_t left = stream.number(2); left > 0; --left) {
      ASSIGN_OR_RETURN(const std::int64_t room, find_tenant_room(session, place));
      if (room >= 0) break;
      RETURN_IF_ERROR(send_back_last(session, place));
    }
  }
  return {};
}

base::Result<void> settle_lane(Session& session, const std::string& pool, const std::string& lane) {
  for (int i = 0; i < kBatch; ++i) {
    ASSIGN_OR_RETURN(const std::int64_t room, find_lane_room(session, pool, lane));
    if (room >= 0) return let_into_lane(session, pool, lane);
    ASSIGN_OR_RETURN(const Rows last, session.run("last_ready_of_lane", {pool, lane}));
    if (last.empty()) return {};
    ASSIGN_OR_RETURN(const TaskRow task, load_task(session, base::TaskId(last.front().text(0))));
    RETURN_IF_ERROR(apply_event(session, task, TaskEvent::over_cap, {{}, {}, Gate::lane}));
  }
  return {};
}

base::Result<void> settle_waiting(Session& session) {
  ASSIGN_OR_RETURN(const Rows tenants,
                   run_on_loads(session, "waiting_tenants", {std::int64_t{kBatch}}));
  for (const Row& tenant : tenants) {
    ASSIGN_OR_RETURN(const auto passed, pass_tenant_gate(session, tenant.text(0)));
    for (const Place& place : passed)
      RETURN_IF_ERROR(let_into_lane(session, place.pool, place.lane));
  }
  ASSIGN_OR_RETURN(const Rows lanes, run_on_loads(session, "waiting_lanes", {}));
  for (const Row& lane : lanes) RETURN_IF_ERROR(settle_lane(session, lane.text(0), lane.text(1)));
  return {};
}

}  // namespace mpegflow::store
