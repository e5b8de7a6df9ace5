#pragma once

#include <cstdint>

#include "base/json.h"
#include "base/time.h"

namespace mpegflow::queue {

/// When a host on which one job after the other fails is the suspect, and when a job is. Data: a
/// record under `quarantine` in the store's meta table.
struct QuarantinePolicy {
  int jobs = 3;  ///< so many different jobs failed in a row: the host is
  base::Micros duration{std::chrono::minutes(15)};
  int hosts = 3;                                   ///< one job failed on so many hosts: the job is
  base::Micros memory{std::chrono::hours(24)};     ///< older failures are forgotten
  base::Micros silence{std::chrono::seconds(90)};  ///< a host that is heard of since is alive

  bool operator==(const QuarantinePolicy&) const = default;
};

/// Reads {"jobs":3,"duration_us":…,"hosts":3,"memory_us":…,"silence_us":…}; what it does not name
/// keeps its default.
QuarantinePolicy parse_quarantine_policy(const base::json::object& record);

enum class Suspect { nobody, host, job };

/// Who is to blame for a failure, given the jobs that failed in a row on its host and the hosts on
/// which its job failed, this one counted in both.
Suspect find_suspect(const QuarantinePolicy& policy, std::int64_t jobs_in_a_row,
                     std::int64_t hosts_of_job);

}  // namespace mpegflow::queue
