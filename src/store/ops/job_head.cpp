#include "store/ops/job_head.h"

namespace mpegflow::store {

base::Result<JobHead*> find_head(Session& session, const base::JobId& id) {
  auto& heads = session.work().heads;
  if (const auto known = heads.find(id); known != heads.end()) return &known->second;
  ASSIGN_OR_RETURN(const Rows rows, session.run("job_head", {id.value}));
  base::check(rows.size() == 1, "what belongs to a job belongs to one that exists");
  const Row& row = rows.front();
  const auto state = queue::parse_job_state(row.text(0));
  const auto delivery = queue::parse_delivery_state(row.text(1));
  base::check(state && delivery, "the states of a job are ours");
  JobHead head;
  head.standing = {*state, *delivery};
  head.tenant = row.text(2);
  head.priority = row.number(3);
  head.event_seq = row.number(4);
  head.event_hash = row.text(5);
  head.encoder_revision = base::EncoderRevisionId(row.text(6));
  head.start_us = row.find_number(7);
  head.hop_after_us = row.find_number(8).value_or(0);
  return &heads.emplace(id, std::move(head)).first->second;
}

void begin_head(Session& session, const JobRow& job, const Schedule& schedule,
                std::optional<std::int64_t> start_us) {
  const auto delivery = queue::parse_delivery_state(job.delivery);
  base::check(delivery.has_value(), "a new job's delivery is a state of ours");
  JobHead head;
  head.standing = {queue::JobState::queued, *delivery};
  head.tenant = job.tenant;
  head.priority = job.priority;
  head.encoder_revision = job.encoder_revision;
  head.start_us = start_us;
  head.hop_after_us = schedule.hop_after.count();
  session.work().heads.insert_or_assign(job.id, std::move(head));
}

base::Result<void> write_heads(Session& session) {
  for (auto& [job, head] : session.work().heads) {
    if (!head.has_news) continue;
    RETURN_IF_ERROR(session.run("set_event_head", {job.value, head.event_seq, head.event_hash}));
    head.has_news = false;
  }
  return {};
}

}  // namespace mpegflow::store
