#include "store/ops/events.h"

#include "base/mutant.h"
#include "core/audit/event_bytes.h"

namespace mpegflow::store {

base::Result<void> append_event(Session& session, const base::JobId& job, const base::TaskId& task,
                                std::int64_t fence, std::string_view kind,
                                base::json::object body) {
  ASSIGN_OR_RETURN(const Rows heads, session.run("event_head", {job.value}));
  base::check(heads.size() == 1, "an event belongs to a job that exists");
  const Row& head = heads.front();
  const audit::Event event{
      job,
      head.number(0) + 1,
      task,
      fence,
      std::string(kind),
      session.now(),
      base::EncoderRevisionId(head.text(2)),
      std::move(body),
      MPEGFLOW_MUTANT(event_chain_cut) ? std::to_string(head.number(0)) : head.text(1)};
  const std::string bytes = audit::to_canonical_bytes(event);
  const std::string hash = audit::hash_event(bytes);
  RETURN_IF_ERROR(
      session.run("insert_event", {job.value, event.seq, task.value, fence, event.kind, event.at.us,
                                   event.encoder_revision.value, bytes, event.prev_hash, hash}));
  RETURN_IF_ERROR(session.run("set_event_head", {job.value, event.seq, hash}));
  return {};
}

}  // namespace mpegflow::store
