#pragma once

#include "base/file.h"
#include "base/result.h"
#include "core/submit/retry_policies.h"

namespace mpegflow::cli {

/// Whose jobs a command line's are.
inline constexpr const char* kLocalTenant = "local";

/// The policies of a file, none if `file` is empty. Faults are an error (invalid_spec) that lists
/// them all, each with its line.
base::Result<submit::RetryPolicies> read_retry_policies_file(const base::Path& file);

}  // namespace mpegflow::cli
