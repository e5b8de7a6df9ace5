#include "store/ops/events.h"

#include "base/mutant.h"
#include "core/audit/event_bytes.h"
#include "store/ops/job_head.h"

namespace mpegflow::store {

base::Result<void> append_event(Session& session, const base::JobId& job, const base::TaskId& task,
                                std::int64_t fence, std::string_view kind,
                                base::json::object body) {
  ASSIGN_OR_RETURN(JobHead * head, find_head(session, job));
  const audit::Event event{
      job,
      head->event_seq + 1,
      task,
      fence,
      std::string(kind),
      session.now(),
      head->encoder_revision,
      std::move(body),
      MPEGFLOW_MUTANT(event_chain_cut) ? std::to_string(head->event_seq) : head->event_hash};
  const std::string bytes = audit::to_canonical_bytes(event);
  std::string hash = audit::hash_event(bytes);
  RETURN_IF_ERROR(
      session.run("insert_event", {job.value, event.seq, task.value, fence, event.kind, event.at.us,
                                   event.encoder_revision.value, bytes, event.prev_hash, hash}));
  head->event_seq = event.seq;
  head->event_hash = std::move(hash);
  head->has_news = true;
  return {};
}

}  // namespace mpegflow::store
