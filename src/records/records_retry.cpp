#include "records/records.h"

namespace mpegflow::records {
base::json::object to_record(const store::PoolRow& pool) {
  base::json::object record{{"name", pool.name}};
  record["memory_per_task_bytes"] = pool.memory_per_task_bytes > 0
                                        ? base::json::value(pool.memory_per_task_bytes)
                                        : base::json::value(nullptr);
  record["next_pool"] = text_or_null(pool.next_pool);
  record["description"] = text_or_null(pool.description);
  return record;
}

base::json::object to_record(const store::DeadLetterRow& letter) {
  base::json::object record{{"task", letter.task.value},
                            {"job", letter.job.value},
                            {"group", letter.signature},
                            {"tenant", letter.tenant},
                            {"lane", letter.lane},
                            {"kind", letter.kind},
                            {"bucket", text_or_null(letter.bucket)},
                            {"reason", text_or_null(letter.reason)},
                            {"rule", text_or_null(letter.rule)},
                            {"cause", text_or_null(letter.cause)},
                            {"why", text_or_null(letter.why)},
                            {"encoder_revision", text_or_null(letter.encoder_revision.value)},
                            {"attempts", letter.fence}};
  add_time(record, "died", letter.died);
  return record;
}

base::json::object to_record(const store::DeadLetterGroupRow& group) {
  base::json::object record{{"group", group.signature},
                            {"tasks", group.tasks},
                            {"jobs", group.jobs},
                            {"kind", group.kind},
                            {"bucket", text_or_null(group.bucket)},
                            {"reason", text_or_null(group.reason)},
                            {"rule", text_or_null(group.rule)},
                            {"pattern", text_or_null(group.pattern)},
                            {"encoder_revision", text_or_null(group.encoder_revision.value)},
                            {"example", group.example.value}};
  add_time(record, "first_died", group.first_died);
  add_time(record, "last_died", group.last_died);
  return record;
}

base::json::object to_record(const store::HostFailureRow& failure) {
  base::json::object record{{"job", failure.job.value}, {"reason", failure.reason}};
  add_time(record, "failed", failure.failed);
  return record;
}

base::json::object to_record(const store::QuarantineRow& quarantine) {
  base::json::object record{{"host", quarantine.host},
                            {"why", quarantine.why},
                            {"set_by", text_or_null(quarantine.set_by)}};
  add_time(record, "since", quarantine.since);
  add_time(record, "until", quarantine.until);
  return record;
}

base::json::object to_record(const store::SessionRow& session) {
  base::json::object record{
      {"id", session.id.value},
      {"host", session.host},
      {"pid", session.pid},
      {"encoder_revision", text_or_null(session.encoder_revision.value)},
      {"pause", session.pause == queue::Pause::none ? base::json::value(nullptr)
                                                    : base::json::value(to_word(session.pause))}};
  add_time(record, "started", session.started);
  add_time(record, "last_seen", session.last_seen);
  return record;
}

}  // namespace mpegflow::records
