#pragma once

#include "base/json.h"
#include "core/retry/policy.h"

namespace mpegflow::retry {

/// Reads a task's policy record, e.g. {"transient":{"max":5,"base_us":5000000,"cap_us":600000000},
/// "poison_hosts":3}; what it does not name keeps its default.
RetryPolicy parse_retry_policy(const base::json::object& record);
base::json::object to_json(const RetryPolicy& policy);

}  // namespace mpegflow::retry
