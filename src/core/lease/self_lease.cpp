#include "core/lease/self_lease.h"

namespace mpegflow::lease {

base::SteadyTime end_of_lease(const SelfLease& lease, base::SteadyTime heard) {
  if (lease.ttl.count() <= 0) return {};
  return heard + (lease.ttl - lease.ttl / 10);
}

SelfLeaseState judge_self_lease(const SelfLease& lease, base::SteadyTime heard,
                                base::SteadyTime now) {
  const base::SteadyTime end = end_of_lease(lease, heard);
  if (end == base::SteadyTime{} || now < end) return SelfLeaseState::held;
  const bool is_over = lease.orphan_grace.count() > 0 && now - end >= lease.orphan_grace;
  return is_over ? SelfLeaseState::over : SelfLeaseState::frozen;
}

}  // namespace mpegflow::lease
