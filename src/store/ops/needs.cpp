#include "store/ops/needs.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "core/encode/needed_encoders.h"
#include "core/plan/fallback.h"
#include "core/retry/pools.h"
#include "store/ops/transition.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::Requirements;

constexpr std::int64_t kMostPlaced = 256;

base::json::object read_params(const TaskRow& task) {
  const auto params = base::parse_json(task.params, "parameters of a task");
  return params && params->is_object() ? params->get_object() : base::json::object{};
}

Requirements read_needed_encoders(const TaskRow& task) {
  std::vector<std::string> argv;
  for (const auto& word : base::array_or(read_params(task), "argv"))
    if (word.is_string()) argv.emplace_back(word.get_string());
  Requirements needed;
  for (const std::string& encoder : encode::find_needed_encoders(argv))
    needed.insert("encoder:" + encoder);
  return needed;
}

base::Result<void> note_session(Session& session, const std::string& requirements,
                                const std::string& id, const queue::Capabilities& capabilities) {
  if (!queue::may_meet(capabilities, queue::parse_requirements(requirements))) return {};
  return session.run("insert_session_meets", {requirements, id}).map([](const Rows&) {});
}

base::Result<bool> is_some_able(Session& session, const std::string& pool,
                                const std::string& requirements) {
  return session.run("some_able", {requirements, pool}).map([](const Rows& rows) {
    return !rows.empty();
  });
}

base::Result<bool> is_empty(Session& session, const std::string& pool) {
  return session.run("some_in_pool", {pool}).map([](const Rows& rows) { return rows.empty(); });
}

base::Result<std::vector<std::string>> find_chain(Session& session, const std::string& pool) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("all_pools", {}));
  std::vector<retry::Pool> pools;
  for (const Row& row : rows) {
    PoolRow known = to_pool(row);
    pools.push_back({std::move(known.name), 0, std::move(known.next_pool)});
  }
  return retry::list_chain(pools, pool);
}

/// The first pool from `pool` on in which a worker that is there may meet it; empty = none.
base::Result<std::string> find_able_pool(Session& session, const std::string& pool,
                                         const std::string& requirements) {
  ASSIGN_OR_RETURN(const auto chain, find_chain(session, pool));
  for (const std::string& name : chain) {
    ASSIGN_OR_RETURN(const bool is_able, is_some_able(session, name, requirements));
    if (is_able) return name;
  }
  return std::string();
}

/// What of it no worker of the pool has; all of it if each is there, but not with one worker.
base::Result<Requirements> find_missing(Session& session, const std::string& pool,
                                        const Requirements& requirements) {
  Requirements missing;
  for (const std::string& one : requirements) {
    const std::string text = queue::to_text({one});
    RETURN_IF_ERROR(note_requirements(session, text));
    ASSIGN_OR_RETURN(const bool is_there, is_some_able(session, pool, text));
    if (!is_there) missing.insert(one);
  }
  return missing.empty() ? requirements : missing;
}

/// What an operator may do about it.
base::Result<std::string> find_advice(Session& session, const TaskRow& task) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("able_pools", {task.requirements}));
  if (rows.empty()) return std::string("the task goes on when one that has it comes");
  std::vector<std::string> pools;
  for (const Row& row : rows) pools.push_back(row.text(0));
  return fmt::format(
      "workers of pool {} have it: mpegflow pool set {} --next {} sends such tasks there",
      fmt::join(pools, ", "), task.pool, pools.front());
}

}  // namespace

base::Result<Requirements> find_unmet_encoders(Session& session, const TaskRow& task,
                                               const retry::Finding& finding) {
  if (finding.reason != "encoder_unavailable") return Requirements{};
  Requirements needed = read_needed_encoders(task);
  const std::string text = queue::to_text(needed);
  RETURN_IF_ERROR(note_requirements(session, text));
  ASSIGN_OR_RETURN(const bool has_no_worker, is_empty(session, task.pool));
  ASSIGN_OR_RETURN(const bool is_able, is_some_able(session, task.pool, text));
  if (has_no_worker || is_able) return Requirements{};
  return needed;
}

base::Result<void> await_worker(Session& session, const TaskRow& task,
                                const Requirements& requirements) {
  const std::string text = queue::to_text(requirements);
  RETURN_IF_ERROR(note_requirements(session, text));
  return session.run("insert_held_need", {task.id.value, task.pool, text}).map([](const Rows&) {});
}

base::Result<void> forget_need(Session& session, const base::TaskId& task) {
  return session.run("delete_held_need", {task.value}).map([](const Rows&) {});
}

base::Result<void> note_requirements(Session& session, const std::string& requirements) {
  if (requirements.empty()) return {};
  ASSIGN_OR_RETURN(const Rows fresh, session.run("note_requirement", {requirements}));
  if (fresh.empty()) return {};
  ASSIGN_OR_RETURN(const Rows sessions, session.run("open_sessions", {}));
  for (const Row& row : sessions) {
    const SessionRow open = to_session(row);
    RETURN_IF_ERROR(
        note_session(session, requirements, open.id.value, queue::read_capabilities(open.facts)));
  }
  return {};
}

base::Result<void> welcome_worker(Session& session, const RegisterSession& op) {
  ASSIGN_OR_RETURN(const Rows known, session.run("all_requirements", {}));
  const queue::Capabilities capabilities =
      known.empty() ? queue::Capabilities{} : queue::read_capabilities(op.session.facts);
  for (const Row& row : known)
    RETURN_IF_ERROR(note_session(session, row.text(0), op.session.id.value, capabilities));
  RETURN_IF_ERROR(release_met(session));
  return settle_unmet(session);
}

base::Result<void> release_met(Session& session) {
  ASSIGN_OR_RETURN(const Rows kinds, session.run("held_need_kinds", {}));
  for (const Row& kind : kinds) {
    const std::string& pool = kind.text(0);
    // Those of a store that was made before requirements were kept are not known yet.
    RETURN_IF_ERROR(note_requirements(session, kind.text(1)));
    ASSIGN_OR_RETURN(const std::string able, find_able_pool(session, pool, kind.text(1)));
    if (able.empty()) continue;
    ASSIGN_OR_RETURN(const Rows tasks, session.run("held_for", {pool, kind.text(1)}));
    for (const Row& row : tasks) {
      const base::TaskId id(row.text(0));
      RETURN_IF_ERROR(session.run("reset_task_budgets", {id.value}));
      ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
      TransitionDetail detail;
      detail.body["why"] = fmt::format("a worker of pool {} has {}", able,
                                       queue::describe(queue::parse_requirements(kind.text(1))));
      if (able != task.pool) detail.move = Queue{task.lane, able};
      RETURN_IF_ERROR(apply_event(session, task, queue::TaskEvent::released, std::move(detail)));
    }
  }
  return {};
}

base::Result<void> settle_unmet(Session& session) {
  ASSIGN_OR_RETURN(const Rows kinds, session.run("ready_kinds", {}));
  std::int64_t left = kMostPlaced;
  for (const Row& kind : kinds) {
    ASSIGN_OR_RETURN(const bool is_able, is_some_able(session, kind.text(0), kind.text(1)));
    ASSIGN_OR_RETURN(const bool has_no_worker, is_empty(session, kind.text(0)));
    if (is_able || has_no_worker || left <= 0) continue;
    ASSIGN_OR_RETURN(const Rows tasks,
                     session.run("ready_for", {kind.text(0), kind.text(1), left}));
    for (const Row& row : tasks)
      RETURN_IF_ERROR(place_ready_task(session, base::TaskId(row.text(0))));
    left -= static_cast<std::int64_t>(tasks.size());
  }
  return {};
}

Placement give_up_on_run(const TaskRow& task) {
  Placement placement{
      Prospect::held, task.pool, {}, queue::parse_requirements(task.requirements), {}};
  placement.missing = placement.requirements;
  placement.why = "this machine does not have " + queue::describe(placement.requirements);
  if (const auto fallback = plan::find_fallback(read_params(task))) {
    placement.prospect = Prospect::falls_back;
    placement.why += fmt::format(": {} is encoded by {}", task.key, fallback->encoder);
  }
  return placement;
}

base::Result<Placement> find_placement(Session& session, const TaskRow& task) {
  Placement placement{
      Prospect::stays, task.pool, {}, queue::parse_requirements(task.requirements), {}};
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, task.job));
  if (!job.identity.empty()) return placement;
  ASSIGN_OR_RETURN(const std::string able, find_able_pool(session, task.pool, task.requirements));
  if (able == task.pool) return placement;
  if (!able.empty()) {
    placement.prospect = Prospect::moves;
    placement.pool = able;
    return placement;
  }
  ASSIGN_OR_RETURN(const bool has_no_worker, is_empty(session, task.pool));
  if (has_no_worker) return placement;
  ASSIGN_OR_RETURN(placement.missing, find_missing(session, task.pool, placement.requirements));
  placement.why =
      fmt::format("no worker of pool {} has {}", task.pool, queue::describe(placement.missing));
  if (const auto fallback = plan::find_fallback(read_params(task))) {
    placement.prospect = Prospect::falls_back;
    placement.why += fmt::format(": {} is encoded by {}", task.key, fallback->encoder);
    return placement;
  }
  ASSIGN_OR_RETURN(const auto chain, find_chain(session, task.pool));
  for (const std::string& pool : chain) {
    ASSIGN_OR_RETURN(const bool is_free, is_empty(session, pool));
    if (!is_free) continue;
    placement.prospect = Prospect::moves;
    placement.pool = pool;
    return placement;
  }
  placement.prospect = Prospect::held;
  ASSIGN_OR_RETURN(const std::string advice, find_advice(session, task));
  placement.why += "; " + advice;
  return placement;
}

}  // namespace mpegflow::store
