#include "engine/recover_attempts.h"

#include <algorithm>

#include "base/json.h"
#include "core/audit/attempt_names.h"
#include "core/audit/attempt_record.h"
#include "engine/proof_of_death.h"
#include "objects/stderr_log.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

/// The record of a lost attempt as far as it had got, with its standard error.
base::Result<std::string> complete_record(store::Store& store, objects::ObjectStore& logs,
                                          const Recovery& recovery, const store::LeaseRow& lease) {
  ASSIGN_OR_RETURN(const auto attempts, store::list_attempts(store, recovery.job));
  const auto attempt = std::ranges::find_if(attempts, [&](const store::AttemptRow& row) {
    return row.task == lease.task && row.fence == lease.fence;
  });
  audit::AttemptRecord record;
  if (attempt != attempts.end())
    if (const auto value = base::parse_json(attempt->record, "attempt record"))
      record = audit::parse_attempt_record(value->get_object());
  record.ended_by = "worker_lost";
  const base::Path folder =
      recovery.scratch / audit::attempt_name(lease.fence, lease.claim) / "work";
  const std::string key = audit::stderr_key(recovery.job, lease.task, lease.fence, lease.claim);
  ASSIGN_OR_RETURN(const auto size, objects::keep_log(logs, key, folder / "stderr.log"));
  if (size) {
    record.stderr_key = key;
    record.stderr_bytes = *size;
  }
  return base::to_canonical_json(audit::to_json(record));
}

}  // namespace

base::Result<void> recover_attempts(store::Store& store, objects::ObjectStore& logs,
                                    const Recovery& recovery) {
  ASSIGN_OR_RETURN(const auto sessions, store::list_sessions_of_job(store, recovery.job));
  bool is_anyone_alive = false;
  for (const store::SessionRow& session : sessions) {
    const std::string proof =
        find_proof_of_death(session, {recovery.host, recovery.boot_id}, recovery.own_lock);
    if (proof.empty()) {
      is_anyone_alive = true;
      continue;
    }
    store::ReleaseDeadSession op{session.id, proof, {}};
    // The engine of the same command was in that process, and it was started again.
    op.is_free = !recovery.own_lock.empty() && session.lock_path == recovery.own_lock;
    ASSIGN_OR_RETURN(const auto leases, store::list_leases_of_session(store, session.id));
    for (const store::LeaseRow& lease : leases) {
      ASSIGN_OR_RETURN(const auto task, store::find_task(store, lease.task));
      // Of other jobs the record stays as it is; their folders are not ours to look into.
      if (!task || task->job != recovery.job) continue;
      ASSIGN_OR_RETURN(std::string record, complete_record(store, logs, recovery, lease));
      op.records.emplace(lease.task.value, std::move(record));
    }
    RETURN_IF_ERROR(store.execute(std::move(op)));
  }
  if (is_anyone_alive) return {};
  // Nobody works on the job now: every folder here is debris.
  return base::remove_tree(recovery.scratch);
}

}  // namespace mpegflow::engine
