#include "engine/upkeep/check_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/recover_attempts.h"
#include "engine/upkeep/job_record.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

constexpr std::int64_t kJobsPerCheck = 500;

base::Result<void> check_database(const LocalState& state, CheckReport& report) {
  const auto read = state.store.read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const store::Rows answers, session.run("check_database", {}));
    for (const store::Row& answer : answers)
      if (answer.text(0) != "ok")
        report.faults.push_back(
            {FaultKind::database, state.directory.native(), answer.text(0), kRestore});
    ASSIGN_OR_RETURN(const store::Rows strays, session.run("rows_of_nothing", {}));
    for (const store::Row& row : strays)
      report.faults.push_back({FaultKind::stray_row, row.text(0) + " " + row.text(1),
                               "it belongs to a job or task that does not exist", kRestore});
    return {};
  });
  if (!read)
    report.faults.push_back(
        {FaultKind::database, state.directory.native(), read.error().message, kRestore});
  return {};
}

base::Result<void> check_jobs(const LocalState& state, const CheckOptions& options,
                              CheckReport& report) {
  std::optional<store::JobRow> last;
  for (;;) {
    const auto jobs = store::list_jobs(state.store, kJobsPerCheck, last);
    if (!jobs) {
      report.faults.push_back(
          {FaultKind::database, state.directory.native(), jobs.error().message, kRestore});
      return {};
    }
    for (const store::JobRow& job : *jobs)
      RETURN_IF_ERROR(check_job(state, job.id, options, report));
    if (static_cast<std::int64_t>(jobs->size()) < kJobsPerCheck) return {};
    last = jobs->back();
  }
}

void blame_litter(const Litter& litter, CheckReport& report) {
  Fault fault;
  fault.place = litter.place;
  fault.job = litter.job;
  fault.litter = litter;
  fault.is_mendable = true;
  if (litter.kind == LitterKind::object || litter.kind == LitterKind::log) {
    fault.kind = FaultKind::orphan;
    fault.what = fmt::format("no row speaks of this {}", to_word(litter.kind));
    fault.advice =
        "if the database was restored it may be a result: keep a copy. mpegflow fsck --repair "
        "moves "
        "it into the quarantine, mpegflow gc removes it after the grace";
  } else if (litter.kind == LitterKind::scratch && litter.judgement.may_go) {
    fault.kind = FaultKind::scratch;
    fault.what = litter.judgement.why;
    fault.advice = "mpegflow gc or mpegflow fsck --repair removes it";
  } else {
    return;
  }
  report.faults.push_back(std::move(fault));
}

base::Result<void> check_litter(const LocalState& state, CheckReport& report) {
  const auto litter = find_litter(state, {});
  if (litter) {
    for (const Litter& one : *litter) blame_litter(one, report);
    return {};
  }
  report.faults.push_back({FaultKind::unchecked, state.directory.native(), litter.error().message,
                           "mend what the message names, then check again"});
  return {};
}

base::Result<void> mend_orphan(const LocalState& state, Fault& fault) {
  const bool is_log = fault.litter.kind == LitterKind::log;
  const std::string key = (is_log ? "logs/" : "objects/") + fault.litter.key;
  RETURN_IF_ERROR(state.quarantine.put_file(key, fault.place));
  fault.is_mended = true;
  fault.mended = "moved to " + state.quarantine_path(key).native();
  return {};
}

base::Result<void> mend_scratch(const LocalState& state, Fault& fault) {
  RETURN_IF_ERROR(collect_scratch(state, fault.litter));
  fault.is_mended = fault.litter.judgement.may_go;
  fault.mended = fault.is_mended ? "removed" : fault.litter.judgement.why;
  return {};
}

/// As the same command would begin: what the dead attempts left is kept as evidence, their leases
/// are given back, their folders removed.
base::Result<void> mend_leases(const LocalState& state, Fault& fault) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(state.store, fault.job));
  if (!job) return {};
  ASSIGN_OR_RETURN(const auto hold, take_job(state, *job));
  if (!hold) {
    fault.mended = "a live process holds the job";
    return {};
  }
  const auto scratch = find_scratch(job->id, job->scratch_uri);
  RETURN_IF_ERROR(recover_attempts(
      state.store, state.logs,
      {job->id, state.machine.boot_id, scratch ? attempts_in(*scratch) : base::Path(),
       hold->path.native(), state.machine.host}));
  ASSIGN_OR_RETURN(const auto left, read_job_record(state.store, job->id));
  if (!left) return {};
  for (const HeldLease& held : left->leases) {
    if (held.session && !held.session->ended) {
      fault.mended = "its session may be alive";
      return {};
    }
    RETURN_IF_ERROR(state.store.execute(
        store::ReleaseDeadSession{held.lease.session, "its session has ended", {}}));
  }
  fault.is_mended = true;
  fault.mended = "given back";
  return {};
}

}  // namespace

std::string_view to_word(FaultKind kind) {
  switch (kind) {
    case FaultKind::database: return "database";
    case FaultKind::stray_row: return "stray_row";
    case FaultKind::job_state: return "job_state";
    case FaultKind::story: return "story";
    case FaultKind::object: return "object";
    case FaultKind::published: return "published";
    case FaultKind::log: return "log";
    case FaultKind::lease: return "lease";
    case FaultKind::orphan: return "orphan";
    case FaultKind::scratch: return "scratch";
    case FaultKind::unchecked: return "unchecked";
  }
  return "";
}

base::Result<CheckReport> check_state(const LocalState& state, const CheckOptions& options) {
  CheckReport report;
  RETURN_IF_ERROR(check_database(state, report));
  RETURN_IF_ERROR(check_jobs(state, options, report));
  RETURN_IF_ERROR(check_litter(state, report));
  return report;
}

base::Result<void> mend(const LocalState& state, CheckReport& report) {
  for (Fault& fault : report.faults) {
    if (!fault.is_mendable) continue;
    base::Result<void> mended;
    if (fault.kind == FaultKind::orphan) mended = mend_orphan(state, fault);
    else if (fault.kind == FaultKind::scratch) mended = mend_scratch(state, fault);
    else if (fault.kind == FaultKind::lease) mended = mend_leases(state, fault);
    if (!mended) fault.mended = mended.error().message;
  }
  return {};
}

}  // namespace mpegflow::engine
