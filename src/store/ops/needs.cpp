#include "store/ops/needs.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/text.h"
#include "core/encode/needed_encoders.h"
#include "store/ops/transition.h"

namespace mpegflow::store {
namespace {

using Names = std::set<std::string>;

/// The encoders that a worker says it has; nullopt if it does not say.
std::optional<Names> read_encoders(std::string_view facts) {
  const auto value = base::parse_json(facts, "facts of a worker");
  if (!value || !value->is_object() || !value->get_object().contains("encoders"))
    return std::nullopt;
  Names names;
  for (const auto& name : base::array_or(value->get_object(), "encoders"))
    if (name.is_string()) names.emplace(name.get_string());
  return names;
}

bool may_have(const std::optional<Names>& encoders, const Names& needed) {
  return !encoders || std::ranges::includes(*encoders, needed);
}

Names read_needed(const TaskRow& task) {
  const auto params = base::parse_json(task.params, "parameters of a task");
  if (!params || !params->is_object()) return {};
  std::vector<std::string> argv;
  for (const auto& word : base::array_or(params->get_object(), "argv"))
    if (word.is_string()) argv.emplace_back(word.get_string());
  return encode::find_needed_encoders(argv);
}

}  // namespace

base::Result<Names> find_unmet_encoders(Session& session, const TaskRow& task,
                                        const retry::Finding& finding) {
  if (finding.reason != "encoder_unavailable") return Names{};
  Names needed = read_needed(task);
  ASSIGN_OR_RETURN(const Rows workers, session.run("facts_in_pool", {task.pool}));
  if (workers.empty()) return Names{};
  for (const Row& worker : workers)
    if (may_have(read_encoders(worker.text(0)), needed)) return Names{};
  return needed;
}

base::Result<void> await_encoders(Session& session, const TaskRow& task, const Names& encoders) {
  return session
      .run("insert_held_need",
           {task.id.value, task.pool, fmt::format("{}", fmt::join(encoders, " "))})
      .map([](const Rows&) {});
}

base::Result<void> forget_need(Session& session, const base::TaskId& task) {
  return session.run("delete_held_need", {task.value}).map([](const Rows&) {});
}

base::Result<void> release_for_worker(Session& session, const RegisterSession& op) {
  for (const std::string& pool : op.pools) {
    ASSIGN_OR_RETURN(const Rows waiting, session.run("held_needs_in_pool", {pool}));
    if (waiting.empty()) continue;
    const auto encoders = read_encoders(op.session.facts);
    for (const Row& row : waiting) {
      const std::vector<std::string> words = base::split(row.text(1), ' ');
      if (!may_have(encoders, Names(words.begin(), words.end()))) continue;
      const base::TaskId id(row.text(0));
      RETURN_IF_ERROR(session.run("reset_task_budgets", {id.value}));
      ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
      RETURN_IF_ERROR(apply_event(session, task, queue::TaskEvent::released,
                                  {{{"why", fmt::format("a worker of pool {} on {} has {}", pool,
                                                        op.session.host, row.text(1))}},
                                   {}}));
    }
  }
  return {};
}

}  // namespace mpegflow::store
