#include "core/queue/quarantine.h"

namespace mpegflow::queue {

QuarantinePolicy parse_quarantine_policy(const base::json::object& record) {
  QuarantinePolicy policy;
  policy.jobs = static_cast<int>(base::int_or(record, "jobs", policy.jobs));
  policy.duration = base::Micros(base::int_or(record, "duration_us", policy.duration.count()));
  policy.hosts = static_cast<int>(base::int_or(record, "hosts", policy.hosts));
  policy.memory = base::Micros(base::int_or(record, "memory_us", policy.memory.count()));
  policy.silence = base::Micros(base::int_or(record, "silence_us", policy.silence.count()));
  return policy;
}

Suspect find_suspect(const QuarantinePolicy& policy, std::int64_t jobs_in_a_row,
                     std::int64_t hosts_of_job) {
  if (hosts_of_job >= policy.hosts) return Suspect::job;
  if (jobs_in_a_row >= policy.jobs) return Suspect::host;
  return Suspect::nobody;
}

}  // namespace mpegflow::queue
