#pragma once

#include "core/retry/policy.h"
#include "core/submit/job_spec.h"

namespace mpegflow::submit {

/// The policy that a spec asks for, with which its tasks are planned.
retry::RetryPolicy to_retry_policy(const RetrySpec& spec);

}  // namespace mpegflow::submit
