#include "store/standing.h"

#include <fmt/format.h>

#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::TaskState;

Standing to_standing(const Row& row) {
  const auto kind = queue::parse_task_kind(row.text(2));
  const auto state = queue::parse_task_state(row.text(3));
  base::check(kind && state, "a task row has a known kind and state");
  Standing standing;
  standing.task = base::TaskId(row.text(0));
  standing.key = row.text(1);
  standing.kind = *kind;
  standing.state = *state;
  standing.fence = row.number(4);
  standing.claim = base::ClaimId(row.text(5));
  standing.pending = row.number(6);
  standing.ready_rows = row.number(7);
  standing.timer_rows = row.number(8);
  standing.lease_rows = row.number(9);
  standing.matching_leases = row.number(10);
  standing.unfinished_parents = row.number(11);
  standing.failed_parents = row.number(12);
  standing.parked_rows = row.number(13);
  standing.need = to_need(row.text(14));
  return standing;
}

/// States that a task only reaches by way of ready.
bool was_ready(TaskState state) {
  return state != TaskState::blocked && state != TaskState::skipped &&
         state != TaskState::cancelled;
}

}  // namespace

base::Result<std::vector<Standing>> read_standings(Session& session, const base::JobId& job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("standings_of_job", {job.value}));
  std::vector<Standing> standings;
  for (const Row& row : rows) standings.push_back(to_standing(row));
  return standings;
}

base::Result<std::vector<Standing>> list_standings(Store& store, const base::JobId& job) {
  std::vector<Standing> standings;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(standings, read_standings(session, job));
    return {};
  }));
  return standings;
}

std::string find_contradiction(const Standing& at) {
  const bool holds_lease = at.state == TaskState::leased || at.state == TaskState::cancelling;
  const bool waits_for_start = at.state == TaskState::blocked && at.pending == 0;
  const auto wrong = [&](std::string_view what) {
    return fmt::format("task {} is {}, but {}", at.key, to_word(at.state), what);
  };
  if (at.ready_rows != (at.state == TaskState::ready ? 1 : 0))
    return wrong(fmt::format("has {} rows in ready", at.ready_rows));
  if (at.parked_rows != (at.state == TaskState::capped ? 1 : 0))
    return wrong(fmt::format("has {} rows in parked", at.parked_rows));
  if (at.timer_rows != (at.state == TaskState::backing_off || waits_for_start ? 1 : 0))
    return wrong(fmt::format("has {} rows in timer", at.timer_rows));
  if (at.lease_rows != (holds_lease ? 1 : 0))
    return wrong(fmt::format("has {} leases", at.lease_rows));
  if (at.matching_leases != at.lease_rows) return wrong("its lease is of another claim");
  if (at.state == TaskState::blocked && at.pending != at.unfinished_parents)
    return wrong(fmt::format("waits for {} tasks where {} are unfinished", at.pending,
                             at.unfinished_parents));
  if (at.state == TaskState::blocked && at.failed_parents > 0)
    return wrong("a task it needs will never succeed");
  if (was_ready(at.state) && at.unfinished_parents > 0)
    return wrong("a task it needs has not succeeded");
  return {};
}

}  // namespace mpegflow::store
