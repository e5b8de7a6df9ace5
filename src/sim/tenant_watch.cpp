#include "sim/tenant_watch.h"

#include <set>

#include <fmt/format.h>

#include "store/reads.h"

namespace mpegflow::sim {
namespace {

constexpr std::int64_t kMostWatched = 1000;

}  // namespace

base::Result<std::string> TenantWatch::tenant_of(store::Session& session, const base::JobId& job) {
  if (const auto known = tenants_.find(job); known != tenants_.end()) return known->second;
  ASSIGN_OR_RETURN(const store::Rows rows, session.run("job_by_id", {job.value}));
  base::check(rows.size() == 1, "a task has a job");
  return tenants_.emplace(job, store::to_job(rows.front()).tenant).first->second;
}

base::Result<void> TenantWatch::see_who_waits(store::Session& session, const Lane& lane,
                                              Queue& queue) {
  ASSIGN_OR_RETURN(const store::Rows vtimes, session.run("lane_vtime", {lane.pool, lane.name}));
  const std::int64_t present = vtimes.empty() ? 0 : vtimes.front().number(0);
  ASSIGN_OR_RETURN(const store::Rows rows,
                   session.run("candidates", {lane.pool, lane.name, kMostWatched, std::string()}));
  std::set<base::TaskId> here;
  for (const store::Row& row : rows) {
    const base::TaskId id(row.text(0));
    const bool avoids_somebody = !row.text(2).empty() && row.number(3) > 0;
    if (row.number(1) > present || avoids_somebody) continue;
    here.insert(id);
    if (queue.waiting.contains(id)) continue;
    ASSIGN_OR_RETURN(const store::Rows task, session.run("task_by_id", {id.value}));
    ASSIGN_OR_RETURN(std::string tenant, tenant_of(session, store::to_task(task.front()).job));
    queue.waiting[id].tenant = std::move(tenant);
  }
  std::erase_if(queue.waiting, [&](const auto& one) { return !here.contains(one.first); });
  return {};
}

base::Result<std::optional<std::string>> TenantWatch::look(
    store::Session& session, const Lane& lane, std::span<const store::TaskRow> granted) {
  Queue& queue = queues_[{lane.pool, lane.name}];
  if (lane.parked > 0) queue = {.is_settled = false, .waiting = {}};
  else if (lane.ready == 0) queue = {};
  if (!queue.is_settled || lane.ready == 0) return std::nullopt;
  for (const store::TaskRow& task : granted) queue.waiting.erase(task.id);
  for (const store::TaskRow& task : granted) {
    const bool is_new = task.fence == 1;
    if (!is_new || task.pool != lane.pool || task.lane != lane.name) continue;
    ASSIGN_OR_RETURN(const std::string tenant, tenant_of(session, task.job));
    for (auto& [id, waiting] : queue.waiting)
      if (waiting.tenant != tenant && ++waiting.passed[tenant] > 1)
        return fmt::format("task {} of tenant {} waits in lane {} of pool {} while {} has two",
                           id.value, waiting.tenant, lane.name, lane.pool, tenant);
  }
  RETURN_IF_ERROR(see_who_waits(session, lane, queue));
  return std::nullopt;
}

}  // namespace mpegflow::sim
