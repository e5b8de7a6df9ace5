#include "engine/release_dead_worker.h"

#include <algorithm>

#include "base/json.h"
#include "core/audit/attempt_record.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

/// The record of a lost attempt as far as it had got, with its standard error.
base::Result<std::string> complete_record(store::Store& store, const store::TaskRow& task,
                                          const DeadWorker::Log& log) {
  ASSIGN_OR_RETURN(const auto attempts, store::list_attempts(store, task.job));
  const auto attempt = std::ranges::find_if(attempts, [&](const store::AttemptRow& row) {
    return row.task == log.claim.task && row.fence == log.claim.fence && row.claim == log.claim.id;
  });
  audit::AttemptRecord record;
  if (attempt != attempts.end())
    if (const auto value = base::parse_json(attempt->record, "attempt record"))
      record = audit::parse_attempt_record(value->get_object());
  record.ended_by = "worker_lost";
  record.stderr_key = log.key;
  record.stderr_bytes = log.bytes;
  return base::to_canonical_json(audit::to_json(record));
}

}  // namespace

base::Result<void> release_dead_worker(store::Store& store, const DeadWorker& worker) {
  ASSIGN_OR_RETURN(const auto sessions, store::list_open_sessions(store));
  const auto session = std::ranges::find(sessions, worker.session, &store::SessionRow::id);
  // It may have been ended for its silence meanwhile.
  if (session == sessions.end() || session->host != worker.host) return {};
  store::ReleaseDeadSession op{session->id, worker.proof, {}};
  ASSIGN_OR_RETURN(const auto leases, store::list_leases_of_session(store, session->id));
  for (const store::LeaseRow& lease : leases) {
    const auto log = std::ranges::find_if(worker.logs, [&](const DeadWorker::Log& one) {
      return one.claim == store::Claim{lease.task, lease.fence, lease.claim};
    });
    if (log == worker.logs.end() || log->key.empty()) continue;
    ASSIGN_OR_RETURN(const auto task, store::find_task(store, lease.task));
    if (!task) continue;
    ASSIGN_OR_RETURN(std::string record, complete_record(store, *task, *log));
    op.records.emplace(lease.task.value, std::move(record));
  }
  return store.execute(std::move(op)).map([](const auto&) {});
}

}  // namespace mpegflow::engine
