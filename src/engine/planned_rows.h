#pragma once

#include <vector>

#include "core/plan/plan.h"
#include "store/op.h"

namespace mpegflow::engine {

/// Planned tasks as rows of `job`: ids derived from keys, places counted from `first_position`, the
/// retry policy that of the spec.
std::vector<store::NewTask> to_new_tasks(const base::JobId& job, const submit::JobSpec& spec,
                                         std::int64_t first_position,
                                         const std::vector<plan::PlannedTask>& tasks);

}  // namespace mpegflow::engine
