#pragma once

#include <string>

#include "base/ids.h"

namespace mpegflow::audit {

/// What an attempt is called wherever a name of its own is needed: the folder it works in, the part
/// of its outputs' keys that no other attempt shares.
std::string attempt_name(std::int64_t fence, const base::ClaimId& claim);

/// The key of the attempt's standard error among the logs.
std::string stderr_key(const base::JobId& job, const base::TaskId& task, std::int64_t fence,
                       const base::ClaimId& claim);

}  // namespace mpegflow::audit
