#include "engine/upkeep/job_litter.h"

#include <algorithm>

#include "base/json.h"
#include "core/audit/attempt_names.h"
#include "core/audit/attempt_record.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

bool is_there(const base::Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

/// The key that the attempt's log has, and the one that its record names: the same, but a log that
/// was stored before its attempt was lost is named by nobody.
void add_log_keys(const base::JobId& job, const store::AttemptRow& attempt,
                  std::set<std::string>& keys) {
  keys.insert(audit::stderr_key(job, attempt.task, attempt.fence, attempt.claim));
  const auto record = base::parse_json(attempt.record, "attempt record");
  if (!record || !record->is_object()) return;
  const std::string named = audit::parse_attempt_record(record->get_object()).stderr_key;
  if (!named.empty()) keys.insert(named);
}

}  // namespace

base::Result<OpenOutputs> list_open_outputs(const LocalState& state) {
  OpenOutputs open;
  std::vector<store::SessionRow> sessions;
  RETURN_IF_ERROR(state.store.read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(open.outputs, store::read_open_outputs(session, {}));
    std::set<base::SessionId> ids;
    for (const store::OpenOutput& output : open.outputs) {
      if (!ids.insert(output.session).second) continue;
      ASSIGN_OR_RETURN(const store::Rows rows,
                       session.run("session_by_id", {output.session.value}));
      if (!rows.empty()) sessions.push_back(store::to_session(rows.front()));
    }
    for (const store::OpenOutput& output : open.outputs) {
      if (open.scratch.contains(output.job)) continue;
      ASSIGN_OR_RETURN(const store::Rows rows, session.run("job_by_id", {output.job.value}));
      const auto scratch = rows.empty()
                               ? std::nullopt
                               : find_scratch(output.job, store::to_job(rows.front()).scratch_uri);
      if (scratch) open.scratch.emplace(output.job, *scratch);
    }
    return {};
  }));
  for (const store::SessionRow& session : sessions)
    if (!find_proof_of_death(session, state.machine, "").empty())
      open.dead_sessions.push_back(session.id);
  return open;
}

std::vector<JudgedOutput> judge_outputs(const OpenOutputs& open, base::WallTime now,
                                        base::Micros grace) {
  std::vector<JudgedOutput> judged;
  for (const store::OpenOutput& output : open.outputs) {
    const bool is_dead =
        std::ranges::find(open.dead_sessions, output.session) != open.dead_sessions.end();
    const auto scratch = open.scratch.find(output.job);
    judged.push_back({&output,
                      scratch == open.scratch.end()
                          ? output.row.object_key
                          : (objects_in(scratch->second) / output.row.object_key).native(),
                      upkeep::judge_output(store::to_facts(output, is_dead), now, grace)});
  }
  return judged;
}

base::Result<std::optional<upkeep::ScratchNeed>> find_need(const LocalState& state,
                                                           const base::JobId& job, bool is_held) {
  std::optional<upkeep::ScratchNeed> need;
  RETURN_IF_ERROR(state.store.read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const store::Rows jobs, session.run("job_by_id", {job.value}));
    if (jobs.empty()) return {};
    ASSIGN_OR_RETURN(const store::Rows leases, session.run("leases_of_job", {job.value}));
    ASSIGN_OR_RETURN(const store::Rows committed,
                     session.run("committed_outputs_of_job", {job.value}));
    need = upkeep::find_scratch_need({store::standing_of(store::to_job(jobs.front())),
                                      static_cast<std::int64_t>(committed.size()),
                                      is_held || !leases.empty()});
    return {};
  }));
  return need;
}

upkeep::Judgement judge_scratch(upkeep::ScratchNeed need) {
  if (need == upkeep::ScratchNeed::nothing)
    return {true, "its job is over and needs nothing in it", {}};
  if (need == upkeep::ScratchNeed::objects)
    return {true, "no process works on its job; the committed objects stay", {}};
  return {false, "somebody works on its job", {}};
}

std::vector<base::Path> list_unneeded(const base::Path& scratch, upkeep::ScratchNeed need) {
  std::vector<base::Path> paths;
  if (need == upkeep::ScratchNeed::nothing) paths = {scratch};
  if (need == upkeep::ScratchNeed::objects) paths = {attempts_in(scratch), publish_in(scratch)};
  std::erase_if(paths, [](const base::Path& path) { return !is_there(path); });
  return paths;
}

std::optional<base::Path> find_scratch_of_removal(const store::RemovalRow& removal) {
  const auto record = base::parse_json(removal.record, "record of a removal");
  if (!record || !record->is_object()) return std::nullopt;
  return find_scratch(removal.job, base::text_or(record->get_object(), "scratch_uri"));
}

base::Result<std::set<std::string>> list_log_keys(const LocalState& state, const base::JobId& job) {
  ASSIGN_OR_RETURN(const auto attempts, store::list_attempts(state.store, job));
  std::set<std::string> keys;
  for (const store::AttemptRow& attempt : attempts) add_log_keys(job, attempt, keys);
  return keys;
}

base::Result<std::set<std::string>> list_logs_until(const LocalState& state, const base::JobId& job,
                                                    base::WallTime until) {
  ASSIGN_OR_RETURN(const auto attempts, store::list_attempts(state.store, job));
  std::set<std::string> keys;
  for (const store::AttemptRow& attempt : attempts)
    if (attempt.ended && *attempt.ended <= until) add_log_keys(job, attempt, keys);
  return keys;
}

base::Result<std::set<std::string>> list_output_keys(const LocalState& state,
                                                     const base::JobId& job) {
  std::set<std::string> keys;
  RETURN_IF_ERROR(state.store.read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const store::Rows rows, session.run("output_keys_of_job", {job.value}));
    for (const store::Row& row : rows) keys.insert(row.text(0));
    return {};
  }));
  return keys;
}

}  // namespace mpegflow::engine
