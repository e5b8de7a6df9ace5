#include <set>

#include "base/json.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::store {
namespace {

/// What is left of a job to answer for it: who it was, how it ended, and the head of its events,
/// which proves a copy of them that somebody kept.
base::Result<std::string> make_record(Session& session, const JobRow& job,
                                      const JobStandingRow& standing) {
  ASSIGN_OR_RETURN(const Rows heads, session.run("job_event_head", {job.id.value}));
  const base::json::object record{
      {"attempts", standing.attempts},  {"created_us", job.created.us},
      {"delivery", job.delivery},       {"event_hash", heads.front().text(1)},
      {"events", standing.events},      {"finished_us", job.finished ? job.finished->us : 0},
      {"identity", job.identity},       {"name", job.name},
      {"output_uri", job.output_uri},   {"outputs", standing.outputs},
      {"scratch_uri", job.scratch_uri}, {"state", job.state},
      {"tasks", standing.tasks},        {"tenant", job.tenant}};
  return base::to_canonical_json(record);
}

base::Result<void> note_removal(Session& session, const JobRow& job, std::string_view what,
                                const JobStandingRow& standing) {
  ASSIGN_OR_RETURN(const std::string record, make_record(session, job, standing));
  return session.run("insert_removal", {job.id.value, std::string(what), session.now().us, record})
      .map([](const Rows&) {});
}

}  // namespace

base::Result<NoteOrphans::Answer> run_op(Session& session, const NoteOrphans& op) {
  const std::set<std::string> places(op.places.begin(), op.places.end());
  ASSIGN_OR_RETURN(const Rows known, session.run("list_orphans", {}));
  NoteOrphans::Answer answer;
  for (const Row& row : known) {
    if (places.contains(row.text(0))) answer.first_seen[row.text(0)] = {row.number(1)};
    else RETURN_IF_ERROR(session.run("delete_orphan", {row.text(0)}));
  }
  for (const std::string& place : places) {
    if (!answer.first_seen.emplace(place, session.now()).second) continue;
    RETURN_IF_ERROR(session.run("insert_orphan", {place, session.now().us}));
  }
  return answer;
}

base::Result<PruneRequests::Answer> run_op(Session& session, const PruneRequests& op) {
  ASSIGN_OR_RETURN(const Rows removed,
                   session.run("prune_requests", {session.now().us - op.kept_us, op.limit}));
  return PruneRequests::Answer{static_cast<std::int64_t>(removed.size())};
}

base::Result<PruneSessions::Answer> run_op(Session& session, const PruneSessions& op) {
  ASSIGN_OR_RETURN(const Rows removed,
                   session.run("prune_sessions", {session.now().us - op.kept_us, op.limit}));
  return PruneSessions::Answer{static_cast<std::int64_t>(removed.size())};
}

base::Result<RemoveJob::Answer> run_op(Session& session, const RemoveJob& op) {
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, op.job));
  ASSIGN_OR_RETURN(const JobStandingRow standing, read_job_standing(session, job));
  const upkeep::Judgement judgement =
      upkeep::judge_history(standing.facts, session.now(), base::Micros(op.kept_us));
  if (!judgement.may_go) return RemoveJob::Answer{false, judgement.why};
  RETURN_IF_ERROR(note_removal(session, job, "job", standing));
  for (const std::string_view query :
       {"remove_outputs", "remove_attempts", "remove_edges", "remove_events", "remove_inputs",
        "remove_published", "remove_publishing", "remove_outbox", "remove_schedule", "remove_hops",
        "remove_dead_letters", "remove_host_failures", "remove_subscriptions",
        "remove_record_of_logs", "remove_tasks", "remove_job"})
    RETURN_IF_ERROR(session.run(query, {job.id.value}));
  return RemoveJob::Answer{true, judgement.why};
}

base::Result<RemoveLogs::Answer> run_op(Session& session, const RemoveLogs& op) {
  ASSIGN_OR_RETURN(const JobRow job, load_job(session, op.job));
  ASSIGN_OR_RETURN(const JobStandingRow standing, read_job_standing(session, job));
  if (!upkeep::judge_history(standing.facts, session.now(), base::Micros(op.kept_us)).may_go)
    return RemoveLogs::Answer{};
  RETURN_IF_ERROR(note_removal(session, job, "logs", standing));
  return RemoveLogs::Answer{true};
}

base::Result<FinishRemoval::Answer> run_op(Session& session, const FinishRemoval& op) {
  RETURN_IF_ERROR(session.run("finish_removal", {op.job.value, op.what}));
  return FinishRemoval::Answer{};
}

}  // namespace mpegflow::store
