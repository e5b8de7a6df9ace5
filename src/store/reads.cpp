#include "store/reads.h"

#include <limits>
#include <map>

namespace mpegflow::store {
namespace {

/// All rows of one query, each through `convert`.
template <class Convert>
auto read_all(Store& store, std::string_view query, std::vector<Value> arguments, Convert convert)
    -> base::Result<std::vector<decltype(convert(std::declval<const Row&>()))>> {
  std::vector<decltype(convert(std::declval<const Row&>()))> found;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    base::Result<Rows> rows = [&] {
      switch (arguments.size()) {
        case 0: return session.run(query, {});
        case 1: return session.run(query, {arguments[0]});
        case 2: return session.run(query, {arguments[0], arguments[1]});
        default: return session.run(query, {arguments[0], arguments[1], arguments[2]});
      }
    }();
    if (!rows) return tl::unexpected(rows.error());
    found.clear();
    for (const Row& row : *rows) found.push_back(convert(row));
    return {};
  }));
  return found;
}

template <class T>
base::Result<std::optional<T>> first_of(base::Result<std::vector<T>> rows) {
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<T>();
  return std::optional<T>(std::move(rows->front()));
}

InputRow to_input(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.number(3), row.find_text(4), row.find_text(5)};
}

EncoderRevisionRow to_encoder_revision(const Row& row) {
  return {base::EncoderRevisionId(row.text(0)),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          {row.number(5)}};
}

}  // namespace

JobRow to_job(const Row& row) {
  JobRow job;
  job.id = base::JobId(row.text(0));
  job.tenant = row.text(1);
  job.identity = row.text(2);
  job.name = row.text(3);
  job.state = row.text(4);
  job.delivery = row.text(5);
  job.lane = row.text(6);
  job.priority = row.number(7);
  job.spec_text = row.text(8);
  job.spec = row.text(9);
  job.command = row.text(10);
  job.output_uri = row.text(11);
  job.scratch_uri = row.text(12);
  job.encoder_revision = base::EncoderRevisionId(row.text(13));
  job.plan_version = row.number(14);
  job.created = {row.number(15)};
  job.started = to_time(row.find_number(16));
  job.finished = to_time(row.find_number(17));
  return job;
}

queue::Need to_need(std::string_view word) {
  const auto need = queue::parse_need(word);
  base::check(need.has_value(), "a task row has a known need");
  return *need;
}

TaskRow to_task(const Row& row) {
  TaskRow task;
  task.id = base::TaskId(row.text(0));
  task.job = base::JobId(row.text(1));
  task.key = row.text(2);
  const auto kind = queue::parse_task_kind(row.text(3));
  base::check(kind.has_value(), "a task row has a known kind");
  task.kind = *kind;
  task.position = row.number(4);
  const auto state = queue::parse_task_state(row.text(5));
  base::check(state.has_value(), "a task row has a known state");
  task.state = *state;
  task.fence = row.number(6);
  task.claim = base::ClaimId(row.text(7));
  task.pool = row.text(8);
  task.lane = row.text(9);
  task.vtime = row.number(10);
  task.pending = row.number(11);
  task.group_key = row.text(12);
  task.expected_cpu_us = row.number(13);
  task.expected_bytes = row.number(14);
  task.encoder_revision = base::EncoderRevisionId(row.text(15));
  task.params = row.text(16);
  task.policy = row.text(17);
  task.n_transient = row.number(18);
  task.n_memory = row.number(19);
  task.n_operational = row.number(20);
  task.n_lost = row.number(21);
  task.reason = row.text(22);
  task.cause = row.text(23);
  task.result = row.find_text(24);
  task.created = {row.number(25)};
  task.ready = to_time(row.find_number(26));
  task.finished = to_time(row.find_number(27));
  task.need = to_need(row.text(28));
  task.requirements = row.text(29);
  return task;
}

PublishedRow to_published(const Row& row) {
  return {row.text(0), base::JobId(row.text(1)), row.number(2), row.text(3), row.number(4)};
}

LeaseRow to_lease(const Row& row) {
  return {base::TaskId(row.text(0)),
          row.number(1),
          base::ClaimId(row.text(2)),
          base::SessionId(row.text(3)),
          {row.number(4)}};
}

OutputRow to_output(const Row& row) {
  OutputRow output;
  output.object_key = row.text(0);
  output.task = base::TaskId(row.text(1));
  output.fence = row.number(2);
  output.claim = base::ClaimId(row.text(3));
  output.state = row.text(4);
  output.name = row.text(5);
  output.role = row.text(6);
  output.size = row.number(7);
  output.sha256 = row.text(8);
  output.created = {row.number(9)};
  return output;
}

AttemptRow to_attempt(const Row& row) {
  AttemptRow attempt;
  attempt.task = base::TaskId(row.text(0));
  attempt.fence = row.number(1);
  attempt.claim = base::ClaimId(row.text(2));
  attempt.session = base::SessionId(row.text(3));
  attempt.encoder_revision = base::EncoderRevisionId(row.text(4));
  attempt.outcome = row.text(5);
  attempt.record = row.text(6);
  attempt.claimed = {row.number(7)};
  attempt.ended = to_time(row.find_number(8));
  attempt.waited = base::Micros(row.number(9));
  return attempt;
}

SessionRow to_session(const Row& row) {
  SessionRow session;
  session.id = base::SessionId(row.text(0));
  session.host = row.text(1);
  session.boot_id = row.text(2);
  session.pid = row.number(3);
  session.lock_path = row.text(4);
  session.encoder_revision = base::EncoderRevisionId(row.text(5));
  session.facts = row.text(6);
  session.started = {row.number(7)};
  session.last_seen = {row.number(8)};
  session.ended = to_time(row.find_number(9));
  session.pause = queue::parse_pause(row.text(10)).value_or(queue::Pause::none);
  return session;
}

EventRow to_event(const Row& row) {
  EventRow event;
  event.seq = row.number(0);
  event.task = base::TaskId(row.text(1));
  event.task_key = row.text(2);
  event.fence = row.number(3);
  event.kind = row.text(4);
  event.at = {row.number(5)};
  event.encoder_revision = base::EncoderRevisionId(row.text(6));
  event.bytes = row.text(7);
  event.prev_hash = row.text(8);
  event.hash = row.text(9);
  return event;
}

base::Result<std::optional<JobRow>> find_job(Store& store, const base::JobId& id) {
  return first_of(read_all(store, "job_by_id", {id.value}, to_job));
}

base::Result<std::optional<JobRow>> find_job_with_key(Store& store, std::string_view tenant,
                                                      std::string_view idempotency_key) {
  ASSIGN_OR_RETURN(const auto id,
                   first_of(read_all(store, "job_by_idempotency_key",
                                     {std::string(tenant), std::string(idempotency_key)},
                                     [](const Row& row) { return base::JobId(row.text(0)); })));
  if (!id) return std::nullopt;
  return find_job(store, *id);
}

base::Result<std::optional<base::JobId>> find_latest_job(Store& store, std::string_view identity) {
  return first_of(read_all(store, "latest_job_by_identity", {std::string(identity)},
                           [](const Row& row) { return base::JobId(row.text(0)); }));
}

base::Result<std::vector<base::JobId>> find_jobs_by_prefix(Store& store, std::string_view prefix,
                                                           std::string_view tenant) {
  return read_all(store, "jobs_by_prefix",
                  {std::string(prefix), std::string(prefix) + "~", std::string(tenant)},
                  [](const Row& row) { return base::JobId(row.text(0)); });
}

base::Result<std::vector<JobRow>> list_jobs(Store& store, std::int64_t limit,
                                            const std::optional<JobRow>& before) {
  const std::int64_t created =
      before ? before->created.us : std::numeric_limits<std::int64_t>::max();
  return read_all(store, "list_jobs", {created, before ? before->id.value : std::string(), limit},
                  to_job);
}

base::Result<std::vector<JobRow>> list_jobs(Store& store, const JobFilter& filter,
                                            const std::optional<JobCursor>& behind,
                                            std::int64_t limit) {
  const std::int64_t created =
      behind ? behind->created.us : std::numeric_limits<std::int64_t>::max();
  std::vector<JobRow> jobs;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(
        const Rows rows,
        session.run("list_jobs_where", {created, behind ? behind->job.value : "", filter.state,
                                        filter.lane, filter.tenant, limit}));
    jobs.clear();
    for (const Row& row : rows) jobs.push_back(to_job(row));
    return {};
  }));
  return jobs;
}

base::Result<std::vector<EncoderRevisionRow>> list_encoder_revisions(Store& store) {
  return read_all(store, "list_encoder_revisions", {}, to_encoder_revision);
}

base::Result<std::vector<JobRow>> list_jobs_with_output(Store& store, std::string_view output_uri) {
  return read_all(store, "jobs_with_output", {std::string(output_uri)}, to_job);
}

base::Result<std::vector<InputRow>> list_inputs(Store& store, const base::JobId& job) {
  return read_all(store, "list_inputs", {job.value}, to_input);
}

base::Result<std::optional<TaskRow>> find_task(Store& store, const base::TaskId& id) {
  return first_of(read_all(store, "task_by_id", {id.value}, to_task));
}

base::Result<std::vector<TaskRow>> list_tasks(Store& store, const base::JobId& job) {
  return read_all(store, "tasks_of_job", {job.value}, to_task);
}

base::Result<std::vector<std::pair<base::TaskId, base::TaskId>>> list_edges(
    Store& store, const base::JobId& job) {
  return read_all(store, "edges_of_job", {job.value}, [](const Row& row) {
    return std::pair(base::TaskId(row.text(0)), base::TaskId(row.text(1)));
  });
}

base::Result<std::vector<AttemptRow>> list_attempts(Store& store, const base::JobId& job) {
  return read_all(store, "attempts_of_job", {job.value}, to_attempt);
}

base::Result<std::vector<OutputRow>> list_committed_outputs(Store& store, const base::JobId& job) {
  return read_all(store, "committed_outputs_of_job", {job.value}, to_output);
}

base::Result<std::vector<OutputRow>> list_final_outputs(Store& store, const base::JobId& job) {
  ASSIGN_OR_RETURN(std::vector<OutputRow> all, list_committed_outputs(store, job));
  std::map<std::string, base::TaskId> last;  // in the order of the plan
  for (const OutputRow& output : all)
    if (output.role == "playlist") last[output.name] = output.task;
  std::erase_if(all, [&](const OutputRow& output) {
    return output.role == "playlist" && last.at(output.name) != output.task;
  });
  return all;
}

base::Result<std::vector<OutputRow>> list_outputs_of_task(Store& store, const base::TaskId& task) {
  return read_all(store, "outputs_of_task", {task.value}, to_output);
}

base::Result<std::vector<EventRow>> list_events(Store& store, const base::JobId& job,
                                                std::int64_t after_seq, std::int64_t limit) {
  return read_all(store, "events_of_job", {job.value, after_seq, limit}, to_event);
}

base::Result<std::vector<PublishedRow>> list_published(Store& store, std::string_view target_uri) {
  return read_all(store, "list_published", {std::string(target_uri)}, to_published);
}

base::Result<std::vector<PublishedRow>> list_publishing(Store& store, std::string_view target_uri) {
  return read_all(store, "list_publishing", {std::string(target_uri)}, to_published);
}

base::Result<std::vector<SessionRow>> list_open_sessions(Store& store) {
  return read_all(store, "open_sessions", {}, to_session);
}

base::Result<std::vector<SessionRow>> list_sessions_of_job(Store& store, const base::JobId& job) {
  return read_all(store, "open_sessions_of_job", {job.value}, to_session);
}

base::Result<std::vector<LeaseRow>> list_leases_of_session(Store& store,
                                                           const base::SessionId& session) {
  return read_all(store, "leases_of_session", {session.value}, to_lease);
}

base::Result<std::optional<LeaseRow>> find_lease(Store& store, const base::TaskId& task) {
  return first_of(read_all(store, "lease_of_task", {task.value}, to_lease));
}

base::Result<std::optional<base::WallTime>> find_timer(Store& store, const base::TaskId& task) {
  return first_of(read_all(store, "timer_of_task", {task.value},
                           [](const Row& row) { return base::WallTime{row.number(0)}; }));
}

base::Result<std::optional<EncoderRevisionRow>> find_encoder_revision(
    Store& store, const base::EncoderRevisionId& id) {
  return first_of(read_all(store, "encoder_revision_by_id", {id.value}, to_encoder_revision));
}

}  // namespace mpegflow::store
