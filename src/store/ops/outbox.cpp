#include "store/ops/outbox.h"

#include <fmt/format.h>

#include "base/mutant.h"
#include "core/deliver/delivery.h"
#include "store/ops/job_head.h"
#include "store/ops/ops_internal.h"
#include "store/reads.h"

namespace mpegflow::store {

base::Result<void> announce(Session& session, const base::JobId& job, std::string_view event,
                            base::json::object body) {
  ASSIGN_OR_RETURN(const Rows endpoints, session.run("subscriptions_of_job", {job.value}));
  if (endpoints.empty()) return {};
  if (MPEGFLOW_MUTANT(end_not_announced) && event == "job_finished") return {};
  if (MPEGFLOW_MUTANT(death_not_announced) && event == "task_dead") return {};
  ASSIGN_OR_RETURN(const JobHead* head, find_head(session, job));
  body["event"] = event;
  body["job"] = job.value;
  body["seq"] = head->event_seq;
  body["at"] = base::to_rfc3339(session.now());
  for (const Row& row : endpoints) {
    const std::string& endpoint = row.text(0);
    // The event's hash, not its number: after a failover another event may have the same one.
    const std::string id = base::derive_id(fmt::format("{}/{}", head->event_hash, endpoint));
    body["delivery"] = id;
    RETURN_IF_ERROR(
        session.run("insert_outbox", {id, session.now().us, endpoint, job.value,
                                      base::to_canonical_json(body), std::string(event)}));
  }
  return {};
}

base::Result<SetSubscriptions::Answer> run_op(Session& session, const SetSubscriptions& op) {
  RETURN_IF_ERROR(session.run("delete_subscriptions", {op.job.value}));
  for (const std::string& endpoint : op.endpoints)
    RETURN_IF_ERROR(session.run("insert_subscription", {op.job.value, endpoint}));
  return SetSubscriptions::Answer{};
}

base::Result<ClaimDeliveries::Answer> run_op(Session& session, const ClaimDeliveries& op) {
  ClaimDeliveries::Answer answer;
  ASSIGN_OR_RETURN(const Rows due, session.run("due_outbox", {session.now().us, op.count}));
  for (const Row& row : due) {
    DeliveryRow delivery = to_delivery(row);
    delivery.due = session.now() + base::Micros(op.lease_us);
    ++delivery.tries;
    RETURN_IF_ERROR(session.run("take_outbox", {delivery.id, delivery.due.us}));
    answer.deliveries.push_back(std::move(delivery));
  }
  ASSIGN_OR_RETURN(const Rows next, session.run("next_outbox", {}));
  if (!next.empty() && !next.front().is_null(0))
    answer.next_due = base::WallTime{next.front().number(0)};
  return answer;
}

base::Result<SettleDelivery::Answer> run_op(Session& session, const SettleDelivery& op) {
  SettleDelivery::Answer answer;
  const std::int64_t now = session.now().us;
  if (op.error.empty()) {
    ASSIGN_OR_RETURN(const Rows done, session.run("finish_outbox", {op.id, op.tries, now}));
    answer.is_done = !done.empty();
    return answer;
  }
  const auto wait = deliver::plan_next_try(static_cast<int>(op.tries), op.draw);
  if (!wait) {
    ASSIGN_OR_RETURN(const Rows dead, session.run("bury_outbox", {op.id, op.tries, now, op.error}));
    answer.is_dead = !dead.empty();
    return answer;
  }
  RETURN_IF_ERROR(session.run("postpone_outbox", {op.id, op.tries, now + wait->count(), op.error}));
  return answer;
}

}  // namespace mpegflow::store
