#include "core/retry/policy_record.h"

namespace mpegflow::retry {
namespace {

Budget parse_budget(const base::json::object& record, std::string_view name, Budget budget) {
  const base::json::object fields = base::object_or(record, name);
  budget.max = static_cast<int>(base::int_or(fields, "max", budget.max));
  budget.base = base::Micros(base::int_or(fields, "base_us", budget.base.count()));
  budget.cap = base::Micros(base::int_or(fields, "cap_us", budget.cap.count()));
  budget.jitter = base::double_or(fields, "jitter", budget.jitter);
  budget.next_pool = base::text_or(fields, "next_pool", budget.next_pool);
  budget.total_wall =
      base::Micros(base::int_or(fields, "total_wall_us", budget.total_wall.count()));
  budget.then = parse_step(base::text_or(fields, "then")).value_or(budget.then);
  return budget;
}

base::json::object to_json(const Budget& budget) {
  return {{"max", budget.max},
          {"base_us", budget.base.count()},
          {"cap_us", budget.cap.count()},
          {"jitter", budget.jitter},
          {"next_pool", budget.next_pool},
          {"total_wall_us", budget.total_wall.count()},
          {"then", to_word(budget.then)}};
}

}  // namespace

RetryPolicy parse_retry_policy(const base::json::object& record) {
  RetryPolicy policy;
  policy.transient = parse_budget(record, "transient", policy.transient);
  policy.memory = parse_budget(record, "memory", policy.memory);
  policy.operational = parse_budget(record, "operational", policy.operational);
  policy.room = parse_budget(record, "room", policy.room);
  policy.lost = parse_budget(record, "lost", policy.lost);
  policy.operational_hosts =
      static_cast<int>(base::int_or(record, "operational_hosts", policy.operational_hosts));
  policy.total_wall =
      base::Micros(base::int_or(record, "total_wall_us", policy.total_wall.count()));
  policy.poison_hosts = static_cast<int>(base::int_or(record, "poison_hosts", policy.poison_hosts));
  return policy;
}

base::json::object to_json(const RetryPolicy& policy) {
  return {{"transient", to_json(policy.transient)},
          {"memory", to_json(policy.memory)},
          {"operational", to_json(policy.operational)},
          {"room", to_json(policy.room)},
          {"lost", to_json(policy.lost)},
          {"total_wall_us", policy.total_wall.count()},
          {"operational_hosts", policy.operational_hosts},
          {"poison_hosts", policy.poison_hosts}};
}

}  // namespace mpegflow::retry
