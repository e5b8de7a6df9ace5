#include "engine/retire_jobs.h"

#include "base/log.h"
#include "base/text.h"
#include "engine/recover_attempts.h"
#include "engine/run_lock.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

/// The job's hidden folder; empty if there is none, or none that is surely its own.
base::Path scratch_of(const store::JobRow& job) {
  const base::Path scratch = base::parse_file_uri(job.scratch_uri).value_or("");
  std::error_code ignored;
  const bool is_own = scratch.filename().native().ends_with(".mpegflow-" + job.id.value);
  return is_own && std::filesystem::exists(scratch, ignored) ? scratch : base::Path();
}

/// Nobody works on the job: its lock is ours meanwhile.
base::Result<void> retire(store::Store& store, objects::ObjectStore& logs,
                          const store::JobRow& listed, const base::Path& lock,
                          const Succession& succession) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, listed.id));
  const base::Path scratch = scratch_of(listed);
  if (job && !job->finished) {
    RETURN_IF_ERROR(recover_attempts(
        store, logs,
        {job->id, succession.boot_id, scratch.empty() ? "" : scratch / "attempts", lock.native()}));
    ASSIGN_OR_RETURN(const auto holders, store::list_sessions_of_job(store, job->id));
    if (!holders.empty()) return {};  // alive for all that we know
    RETURN_IF_ERROR(store.execute(store::CancelJob{
        job->id, "job " + succession.job.value + " has published to the same output since"}));
    base::log(base::LogLevel::info, "job_retired",
              {{"job", job->id.value}, {"by", succession.job.value}});
  }
  return scratch.empty() ? base::Result<void>() : base::remove_tree(scratch);
}

}  // namespace

base::Result<void> retire_jobs(store::Store& store, objects::ObjectStore& logs,
                               const Succession& succession) {
  ASSIGN_OR_RETURN(const auto winner, store::find_job(store, succession.job));
  base::check(winner.has_value(), "a job that has published exists");
  ASSIGN_OR_RETURN(const auto jobs, store::list_jobs_with_output(store, winner->output_uri));
  for (const store::JobRow& job : jobs) {
    if (job.id == winner->id || (job.finished && scratch_of(job).empty())) continue;
    const base::Path lock = run_lock_path(succession.own_lock.parent_path(), job.identity);
    base::UniqueFd held;
    if (lock != succession.own_lock) {
      auto taken = take_run_lock(lock);
      if (!taken && taken.error().code == base::ErrorCode::already_running) continue;
      if (!taken) return tl::unexpected(taken.error());
      held = std::move(*taken);
    }
    RETURN_IF_ERROR(retire(store, logs, job, lock, succession));
  }
  return {};
}

}  // namespace mpegflow::engine
