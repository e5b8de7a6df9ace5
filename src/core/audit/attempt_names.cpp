#include "core/audit/attempt_names.h"

#include <fmt/format.h>

namespace mpegflow::audit {

std::string attempt_name(std::int64_t fence, const base::ClaimId& claim) {
  return fmt::format("{}-{}", fence, claim.value);
}

std::string stderr_key(const base::JobId& job, const base::TaskId& task, std::int64_t fence,
                       const base::ClaimId& claim) {
  return fmt::format("{}/{}/{}.stderr.zst", job.value, task.value, attempt_name(fence, claim));
}

}  // namespace mpegflow::audit
