#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace mpegflow::store {

/// Where a task stands in every table that may speak of it, for those who check the store.
struct Standing {
  base::TaskId task;
  std::string key;
  queue::TaskKind kind = queue::TaskKind::probe;
  queue::TaskState state = queue::TaskState::blocked;
  std::int64_t fence = 0;
  base::ClaimId claim;
  std::int64_t pending = 0;
  std::int64_t ready_rows = 0, parked_rows = 0, timer_rows = 0, lease_rows = 0;
  std::int64_t matching_leases = 0;  ///< those with the task's own fence and claim
  queue::Need need = queue::Need::required;
  std::int64_t unfinished_parents = 0;  ///< that are still waited for
  std::int64_t failed_parents = 0;      ///< without which it cannot run
};

base::Result<std::vector<Standing>> list_standings(Store& store, const base::JobId& job);
/// The same within a snapshot that the caller has.
base::Result<std::vector<Standing>> read_standings(Session& session, const base::JobId& job);

/// What is wrong with it, in words; empty if nothing is.
std::string find_contradiction(const Standing& standing);

}  // namespace mpegflow::store
