#include "store/ops/turns.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/queue/slots.h"
#include "core/queue/wheel.h"
#include "store/ops/holder.h"
#include "store/ops/loads.h"
#include "store/ops/transition.h"

namespace mpegflow::store {
namespace {

constexpr std::int64_t kCandidates = 3;
/// How often a task may be passed over by the host that it avoids.
constexpr std::int64_t kMostPasses = 8;

/// The lane's virtual time follows the first of its ready tasks, which need not be the one that is
/// taken: nothing that waits is ever behind it.
void follow_head(Session& session, const std::string& pool, const std::string& lane,
                 std::int64_t vtime) {
  add_to_lane(session, pool, lane, {.vtime = vtime});
}

base::Result<std::int64_t> find_memory_of_pool(Session& session, const std::string& pool) {
  return session.run("memory_of_pool", {pool}).map([](const Rows& rows) {
    return rows.empty() ? std::int64_t{0} : rows.front().number(0);
  });
}

}  // namespace

base::Result<Turns> Turns::load(Session& session, const ClaimTasks& op) {
  Turns turns;
  const std::set<std::string> names(op.pools.begin(), op.pools.end());
  turns.pools_.assign(names.begin(), names.end());
  ASSIGN_OR_RETURN(const Holder* holder, find_holder(session, op.session));
  base::check(holder != nullptr, "who claims has a session");
  turns.host_ = holder->host;
  turns.session_ = op.session.value;
  turns.memory_bytes_ = holder->memory_bytes;
  turns.free_scratch_ = op.free_scratch_bytes;
  turns.pools_key_ = fmt::format("{}", fmt::join(names, ","));
  if (turns.pools_.size() < 2) return turns;
  ASSIGN_OR_RETURN(const Rows rows, session.run("pool_turn", {turns.pools_key_}));
  if (!rows.empty()) turns.pool_position_ = static_cast<std::size_t>(rows.front().number(0));
  return turns;
}

base::Result<std::optional<base::TaskId>> Turns::take(Session& session) {
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const std::size_t at = (pool_position_ + i) % pools_.size();
    ASSIGN_OR_RETURN(auto taken, take_from(session, pools_[at]));
    if (!taken) continue;
    pool_position_ = (at + 1) % pools_.size();
    if (pools_.size() > 1)
      RETURN_IF_ERROR(
          session.run("set_pool_turn", {pools_key_, static_cast<std::int64_t>(pool_position_)}));
    return taken;
  }
  return std::optional<base::TaskId>();
}

base::Result<std::optional<base::TaskId>> Turns::take_from(Session& session,
                                                           const std::string& pool) {
  ASSIGN_OR_RETURN(const PoolStanding standing, find_pool(session, pool));
  std::vector<queue::LaneLoad> loads;
  std::vector<std::int64_t> weights;
  for (const std::string& name : standing.lanes) {
    ASSIGN_OR_RETURN(const auto lane, find_lane(session, pool, name));
    base::check(lane.has_value(), "the lanes of a pool are lanes");
    loads.push_back({lane->weight, lane->reserved, lane->cap, lane->running});
    weights.push_back(lane->weight);
  }
  std::vector<bool> can_take;
  for (std::size_t i = 0; i < loads.size(); ++i)
    can_take.push_back(queue::has_slot(loads, i, standing.slots - standing.busy));
  const std::vector<std::size_t> wheel = queue::make_wheel(weights);
  const auto position = static_cast<std::size_t>(standing.wheel_position);
  for (;;) {
    const auto turn =
        queue::find_turn(std::span<const std::size_t>(wheel), position,
                         [&](std::size_t lane) { return static_cast<bool>(can_take[lane]); });
    if (!turn) return std::optional<base::TaskId>();
    ASSIGN_OR_RETURN(auto taken, take_head(session, pool, standing.lanes[turn->lane]));
    if (!taken) {
      can_take[turn->lane] = false;
      continue;
    }
    add_to_pool(session, pool, {.wheel_position = static_cast<std::int64_t>(turn->next_position)});
    return taken;
  }
}

base::Result<std::optional<base::TaskId>> Turns::take_head(Session& session,
                                                           const std::string& pool,
                                                           const std::string& lane) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("candidates", {pool, lane, kCandidates, session_}));
  if (rows.empty()) return std::optional<base::TaskId>();
  follow_head(session, pool, lane, rows.front().number(1));
  ASSIGN_OR_RETURN(const std::int64_t of_pool, memory_bytes_ == 0
                                                   ? base::Result<std::int64_t>(0)
                                                   : find_memory_of_pool(session, pool));
  std::vector<queue::Candidate> candidates;
  for (const Row& row : rows)
    candidates.push_back(
        {{queue::find_memory_limit(row.number(4), of_pool, row.number(5)), row.number(6)},
         !row.text(2).empty() && row.text(2) == host_ && row.number(3) > 0,
         row.number(7)});
  ASSIGN_OR_RETURN(const queue::WorkerRoom room, find_room(session));
  const auto chosen = queue::choose_candidate(candidates, room);
  if (!chosen) return std::optional<base::TaskId>();
  for (std::size_t i = 0; i < *chosen; ++i) {
    const bool fits = queue::has_room(room, candidates[i].needs);
    RETURN_IF_ERROR(session.run(fits ? "pass_over" : "pass_for_room", {rows[i].text(0)}));
  }
  RETURN_IF_ERROR(session.run("delete_ready", {rows[*chosen].text(0)}));
  return std::optional(base::TaskId(rows[*chosen].text(0)));
}

/// Nothing is looked up for a worker that says nothing of itself.
base::Result<queue::WorkerRoom> Turns::find_room(Session& session) const {
  queue::WorkerRoom room{memory_bytes_, free_scratch_, {}};
  if (memory_bytes_ == 0 && !free_scratch_) return room;
  ASSIGN_OR_RETURN(const Rows rows, session.run("running_of_session", {session_}));
  for (const Row& row : rows)
    room.running.push_back(
        {queue::find_memory_limit(row.number(0), row.number(1), row.number(2)), row.number(3)});
  return room;
}

base::Result<void> avoid_host(Session& session, const Claim& claim) {
  return session.run("set_avoid_host", {claim.task.value, claim.fence, kMostPasses})
      .map([](const Rows&) {});
}

base::Result<std::optional<base::TaskId>> take_of_job(Session& session, const ClaimTasks& op) {
  ASSIGN_OR_RETURN(const Rows rows,
                   session.run("first_ready_of_job", {op.only_job.value, op.session.value}));
  if (rows.empty()) return std::optional<base::TaskId>();
  const base::TaskId id(rows.front().text(0));
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
  ASSIGN_OR_RETURN(const Rows heads,
                   session.run("first_ready", {task.pool, task.lane, std::int64_t{1}}));
  if (!heads.empty()) follow_head(session, task.pool, task.lane, heads.front().number(1));
  RETURN_IF_ERROR(session.run("delete_ready", {id.value}));
  return std::optional(id);
}

}  // namespace mpegflow::store
