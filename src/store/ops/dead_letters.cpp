#include "store/ops/dead_letters.h"

#include "core/retry/finding.h"
#include "core/retry/signature.h"

namespace mpegflow::store {

base::Result<DeadLetterRow> record_death(Session& session, const TaskRow& task, const JobRow& job,
                                         const base::json::object& body) {
  DeadLetterRow letter;
  letter.task = task.id;
  letter.job = task.job;
  letter.tenant = job.tenant;
  letter.lane = task.lane;
  letter.kind = to_word(task.kind);
  // No finding: a worker was lost.
  letter.bucket = base::text_or(body, "bucket", to_word(retry::Bucket::transient));
  letter.reason = base::text_or(body, "reason");
  letter.rule = base::text_or(body, "rule");
  letter.cause = base::text_or(body, "cause");
  letter.pattern = retry::to_pattern(letter.cause);
  letter.encoder_revision = task.encoder_revision;
  letter.why = base::text_or(body, "why");
  letter.fence = task.fence;
  letter.died = session.now();
  letter.signature =
      retry::hash_signature({letter.bucket, letter.reason, letter.rule, letter.pattern, letter.kind,
                             letter.encoder_revision.value});
  RETURN_IF_ERROR(session.run(
      "insert_dead_letter",
      {task.id.value, task.job.value, letter.tenant, letter.lane, letter.kind, letter.signature,
       letter.bucket, letter.reason, letter.rule, letter.cause, letter.pattern,
       letter.encoder_revision.value, letter.why, letter.fence, letter.died.us}));
  return letter;
}

base::Result<void> forget_death(Session& session, const base::TaskId& task) {
  return session.run("delete_dead_letter", {task.value}).map([](const Rows&) {});
}

}  // namespace mpegflow::store
