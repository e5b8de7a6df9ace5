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

}  // namespace

base::Result<Turns> Turns::load(Session& session, const ClaimTasks& op) {
  Turns turns;
  const std::set<std::string> names(op.pools.begin(), op.pools.end());
  turns.pools_.assign(names.begin(), names.end());
  ASSIGN_OR_RETURN(const Holder* holder, find_holder(session, op.session));
  base::check(holder != nullptr, "who claims has a session");
  turns.host_ = holder->host;
  turns.session_ = op.session.value;
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
