#include "sim/outbox_watch.h"

#include <fmt/format.h>

#include "base/json.h"
#include "core/deliver/delivery.h"
#include "store/reads.h"

namespace mpegflow::sim {

void OutboxWatch::subscribed(const base::JobId& job, const std::set<std::string>& endpoints,
                             bool is_certain) {
  Job& one = jobs_[job];
  one.perhaps.insert(endpoints.begin(), endpoints.end());
  if (is_certain) one.subscribed = endpoints;
}

void OutboxWatch::expect(const base::JobId& job, std::int64_t seq, std::string_view what) {
  Job& one = jobs_[job];
  one.told[seq] = {std::string(what), is_history_ ? std::set<std::string>() : one.subscribed};
}

void OutboxWatch::begin_history(store::Store& store, const std::set<base::JobId>& left) {
  is_history_ = true;
  std::map<base::JobId, Job> jobs;
  for (auto& [id, job] : jobs_) {
    if (!left.contains(id)) continue;
    jobs[id].perhaps = job.perhaps;
    const auto read =
        store.read([&, &kept = jobs[id]](store::Session& session) -> base::Result<void> {
          ASSIGN_OR_RETURN(const store::Rows rows, session.run("subscriptions_of_job", {id.value}));
          for (const store::Row& row : rows) kept.subscribed.insert(row.text(0));
          return {};
        });
    base::check(read.has_value(), "subscriptions can be read");
  }
  jobs_ = std::move(jobs);
}

std::optional<std::string> OutboxWatch::look(store::Store& store, const base::JobId& id) {
  const auto known = jobs_.find(id);
  if (known == jobs_.end()) return std::nullopt;
  const Job& job = known->second;
  const auto deliveries = store::list_deliveries(store, id);
  if (!deliveries) return deliveries.error().message;
  std::set<std::pair<std::int64_t, std::string>> found;
  for (const store::DeliveryRow& delivery : *deliveries) {
    if (bodies_.emplace(delivery.id, delivery.body).first->second != delivery.body)
      return fmt::format("delivery {} of job {} stands for two messages", delivery.id, id.value);
    const auto body = base::parse_json(delivery.body, "delivery");
    const std::int64_t seq = body ? base::int_or(body->get_object(), "seq") : 0;
    const auto told = job.told.find(seq);
    if (told == job.told.end() || told->second.what != delivery.event)
      return fmt::format("{} of event {} of job {} is told, which did not happen", delivery.event,
                         seq, id.value);
    if (!job.perhaps.contains(delivery.endpoint))
      return fmt::format("{} is told of job {} without having asked", delivery.endpoint, id.value);
    if (!found.emplace(seq, delivery.endpoint).second)
      return fmt::format("{} is told of event {} of job {} under two ids", delivery.endpoint, seq,
                         id.value);
  }
  for (const auto& [seq, told] : job.told)
    for (const std::string& endpoint : told.endpoints)
      if (!found.contains({seq, endpoint}))
        return fmt::format("{} is not told of {}, event {} of job {}", endpoint, told.what, seq,
                           id.value);
  return std::nullopt;
}

std::optional<std::string> OutboxWatch::look_at_end(store::Store& store, const Receiver& receiver) {
  if (receiver.confusion()) return receiver.confusion();
  for (const auto& [id, job] : jobs_) {
    if (auto wrong = look(store, id)) return wrong;
    const auto deliveries = store::list_deliveries(store, id);
    if (!deliveries) return deliveries.error().message;
    for (const store::DeliveryRow& delivery : *deliveries) {
      const std::string name = fmt::format("delivery {} of job {}", delivery.id, id.value);
      if (!delivery.done) return name + " is still to be sent";
      if (delivery.dead && delivery.tries < deliver::kDeliveryBudget.max)
        return fmt::format("{} was given up after {} tries", name, delivery.tries);
      if (!delivery.dead && !receiver.has_heard(delivery.id, delivery.body))
        return name + " counts as told, and nobody has heard it";
    }
  }
  return std::nullopt;
}

}  // namespace mpegflow::sim
