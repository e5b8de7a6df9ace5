#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/submit/fault.h"
#include "core/submit/job_spec.h"

namespace mpegflow::submit {

/// How a deployment tries the tasks of its tenants again. Of each value the nearest counts: what
/// the job's spec says, what stands here for its tenant, what stands here for everyone, what is
/// built in.
struct RetryPolicies {
  base::json::object everyone;  ///< keys of a spec's `retry`, canonical, those that are set
  std::map<std::string, base::json::object, std::less<>> tenants;

  bool operator==(const RetryPolicies&) const = default;
};

/// The policies, or every reason why there are none: exactly one of the two.
struct RetryPoliciesReading {
  std::optional<RetryPolicies> policies;
  std::vector<Fault> faults;  ///< in the order of the document
};

/// Reads them from YAML or JSON:
///
///     default: {transient: {max: 3}}
///     tenants:
///       studio: {memory: {next_pool: large}, total_wall: 2h}
RetryPoliciesReading read_retry_policies(std::string_view text);

/// What is set for a tenant: keys of a spec's `retry`, for ReadContext.
base::json::object settings_of(const RetryPolicies& policies, std::string_view tenant);

/// The same for a job that has no document.
RetrySpec to_retry_spec(const base::json::object& settings);

}  // namespace mpegflow::submit
