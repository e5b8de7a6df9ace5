#include "core/submit/retry_policy.h"

namespace mpegflow::submit {
namespace {

base::Micros to_micros(double seconds) {
  return base::Micros(static_cast<std::int64_t>(seconds * 1e6));
}

retry::Budget to_budget(const RetryBudgetSpec& spec) {
  return {static_cast<int>(spec.max),
          to_micros(spec.base),
          to_micros(spec.cap),
          spec.jitter,
          spec.next_pool,
          to_micros(spec.total_wall),
          retry::parse_step(spec.then).value_or(retry::Step::dead)};
}

}  // namespace

retry::RetryPolicy to_retry_policy(const RetrySpec& spec) {
  retry::RetryPolicy policy;
  policy.transient = to_budget(spec.transient);
  policy.memory = to_budget(spec.memory);
  policy.operational = to_budget(spec.operational);
  policy.room = to_budget(spec.room);
  policy.lost = to_budget(spec.lost);
  policy.total_wall = to_micros(spec.total_wall);
  policy.poison_hosts = static_cast<int>(spec.poison_hosts);
  return policy;
}

}  // namespace mpegflow::submit
