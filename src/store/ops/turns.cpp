#include "store/ops/turns.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/queue/slots.h"
#include "core/queue/wheel.h"
#include "store/ops/transition.h"

namespace mpegflow::store {
namespace {

constexpr std::int64_t kCandidates = 3;
/// How often a task may be passed over by the host that it avoids.
constexpr std::int64_t kMostPasses = 8;

/// The lane's virtual time follows the first of its ready tasks, which need not be the one that is
/// taken: nothing that waits is ever behind it.
base::Result<void> follow_head(Session& session, const std::string& pool, const std::string& lane,
                               std::int64_t vtime) {
  return session.run("raise_lane_vtime", {pool, lane, vtime}).map([](const Rows&) {});
}

/// How a pool stands when a task is to be taken from it.
struct PoolLoad {
  std::size_t wheel_position = 0;
  std::int64_t free_slots = 0;
  std::vector<std::string> names;  ///< of the lanes, in the order of `lanes`
  std::vector<queue::LaneLoad> lanes;
};

base::Result<PoolLoad> load_pool(Session& session, const std::string& pool) {
  PoolLoad load;
  ASSIGN_OR_RETURN(const Rows pools, session.run("pool_by_name", {pool}));
  if (!pools.empty()) {
    load.wheel_position = static_cast<std::size_t>(pools.front().number(0));
    load.free_slots = pools.front().number(1) - pools.front().number(2);
  }
  ASSIGN_OR_RETURN(const Rows lanes, session.run("lane_loads", {pool, ""}));
  for (const Row& lane : lanes) {
    load.names.push_back(lane.text(0));
    load.lanes.push_back({lane.number(1), lane.number(2), lane.find_number(3), lane.number(5)});
  }
  return load;
}

}  // namespace

base::Result<Turns> Turns::load(Session& session, const ClaimTasks& op) {
  Turns turns;
  const std::set<std::string> names(op.pools.begin(), op.pools.end());
  turns.pools_.assign(names.begin(), names.end());
  ASSIGN_OR_RETURN(const Rows holder, session.run("session_by_id", {op.session.value}));
  if (!holder.empty()) turns.host_ = holder.front().text(1);
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
  ASSIGN_OR_RETURN(const PoolLoad load, load_pool(session, pool));
  std::vector<std::int64_t> weights;
  std::vector<bool> can_take;
  for (std::size_t i = 0; i < load.lanes.size(); ++i) {
    weights.push_back(load.lanes[i].weight);
    can_take.push_back(queue::has_slot(load.lanes, i, load.free_slots));
  }
  const std::vector<std::size_t> wheel = queue::make_wheel(weights);
  for (;;) {
    const auto turn =
        queue::find_turn(std::span<const std::size_t>(wheel), load.wheel_position,
                         [&](std::size_t lane) { return static_cast<bool>(can_take[lane]); });
    if (!turn) return std::optional<base::TaskId>();
    ASSIGN_OR_RETURN(auto taken, take_head(session, pool, load.names[turn->lane]));
    if (!taken) {
      can_take[turn->lane] = false;
      continue;
    }
    RETURN_IF_ERROR(
        session.run("set_wheel_position", {pool, static_cast<std::int64_t>(turn->next_position)}));
    return taken;
  }
}

base::Result<std::optional<base::TaskId>> Turns::take_head(Session& session,
                                                           const std::string& pool,
                                                           const std::string& lane) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("candidates", {pool, lane, kCandidates}));
  if (rows.empty()) return std::optional<base::TaskId>();
  RETURN_IF_ERROR(follow_head(session, pool, lane, rows.front().number(1)));
  const auto serves = [&](const Row& row) {
    return row.text(2).empty() || row.text(2) != host_ || row.number(3) <= 0;
  };
  auto chosen = std::ranges::find_if(rows, serves);
  if (chosen == rows.end()) chosen = rows.begin();
  for (auto passed = rows.begin(); passed != chosen; ++passed)
    RETURN_IF_ERROR(session.run("pass_over", {passed->text(0)}));
  RETURN_IF_ERROR(session.run("delete_ready", {chosen->text(0)}));
  return std::optional(base::TaskId(chosen->text(0)));
}

base::Result<void> avoid_host(Session& session, const Claim& claim) {
  return session.run("set_avoid_host", {claim.task.value, claim.fence, kMostPasses})
      .map([](const Rows&) {});
}

base::Result<std::optional<base::TaskId>> take_of_job(Session& session, const base::JobId& job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("first_ready_of_job", {job.value}));
  if (rows.empty()) return std::optional<base::TaskId>();
  const base::TaskId id(rows.front().text(0));
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
  ASSIGN_OR_RETURN(const Rows heads,
                   session.run("first_ready", {task.pool, task.lane, std::int64_t{1}}));
  if (!heads.empty())
    RETURN_IF_ERROR(follow_head(session, task.pool, task.lane, heads.front().number(1)));
  RETURN_IF_ERROR(session.run("delete_ready", {id.value}));
  return std::optional(id);
}

}  // namespace mpegflow::store
