#include "engine/upkeep/job_record.h"

#include <algorithm>

#include "store/reads.h"

namespace mpegflow::engine {
namespace {

constexpr std::int64_t kEventsPerRead = 1000;

audit::StoredEvent to_stored(const store::EventRow& row) {
  audit::StoredEvent event;
  event.columns.seq = row.seq;
  event.columns.task = row.task;
  event.columns.fence = row.fence;
  event.columns.kind = row.kind;
  event.columns.at = row.at;
  event.columns.encoder_revision = row.encoder_revision;
  event.columns.prev_hash = row.prev_hash;
  event.bytes = row.bytes;
  event.hash = row.hash;
  return event;
}

base::Result<void> read_story(store::Session& session, JobRecord& record) {
  record.story = audit::Story(record.job.id);
  std::int64_t after = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const store::Rows rows,
                     session.run("events_of_job", {record.job.id.value, after, kEventsPerRead}));
    for (const store::Row& row : rows) {
      const store::EventRow event = store::to_event(row);
      record.story.follow(to_stored(event));
      after = event.seq;
    }
    if (static_cast<std::int64_t>(rows.size()) < kEventsPerRead) return {};
  }
}

base::Result<void> read_leases(store::Session& session, JobRecord& record) {
  ASSIGN_OR_RETURN(const store::Rows rows, session.run("leases_of_job", {record.job.id.value}));
  for (const store::Row& row : rows) {
    HeldLease held{store::to_lease(row), {}, {}};
    const auto task = std::ranges::find(record.standings, held.lease.task, &store::Standing::task);
    if (task != record.standings.end()) held.task_key = task->key;
    ASSIGN_OR_RETURN(const store::Rows sessions,
                     session.run("session_by_id", {held.lease.session.value}));
    if (!sessions.empty()) held.session = store::to_session(sessions.front());
    record.leases.push_back(std::move(held));
  }
  return {};
}

base::Result<void> read_files(store::Session& session, JobRecord& record) {
  const store::Value job = record.job.id.value;
  ASSIGN_OR_RETURN(const store::Rows attempts, session.run("attempts_of_job", {job}));
  for (const store::Row& row : attempts) record.attempts.push_back(store::to_attempt(row));
  ASSIGN_OR_RETURN(const store::Rows committed, session.run("committed_outputs_of_job", {job}));
  for (const store::Row& row : committed) record.committed.push_back(store::to_output(row));
  ASSIGN_OR_RETURN(const store::Rows published, session.run("published_by_job", {job}));
  for (const store::Row& row : published)
    record.published.push_back(
        {row.text(0),
         {row.text(1), base::JobId(row.text(2)), row.number(3), row.text(4), row.number(5)}});
  return {};
}

base::Result<std::optional<JobRecord>> read_record(store::Session& session,
                                                   const base::JobId& job) {
  ASSIGN_OR_RETURN(const store::Rows jobs, session.run("job_by_id", {job.value}));
  if (jobs.empty()) return std::optional<JobRecord>();
  JobRecord record;
  record.job = store::to_job(jobs.front());
  ASSIGN_OR_RETURN(const store::Rows head, session.run("job_event_head", {job.value}));
  record.event_seq = head.front().number(0);
  record.event_hash = head.front().text(1);
  ASSIGN_OR_RETURN(record.standings, store::read_standings(session, job));
  RETURN_IF_ERROR(read_story(session, record));
  RETURN_IF_ERROR(read_leases(session, record));
  RETURN_IF_ERROR(read_files(session, record));
  return std::optional<JobRecord>(std::move(record));
}

}  // namespace

base::Result<std::optional<JobRecord>> read_job_record(store::Store& store,
                                                       const base::JobId& job) {
  std::optional<JobRecord> record;
  RETURN_IF_ERROR(store.read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(record, read_record(session, job));
    return {};
  }));
  return record;
}

}  // namespace mpegflow::engine
