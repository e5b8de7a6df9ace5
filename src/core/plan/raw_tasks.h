#pragma once

#include <vector>

#include "core/plan/plan.h"

namespace mpegflow::plan {

/// The tasks with raw FFmpeg arguments, their placeholders resolved.
std::vector<PlannedTask> plan_raw_tasks(const submit::JobSpec& spec);

/// The inputs that FFmpeg opens behind a guard and that are therefore probed first: all but those
/// that tasks take as files.
std::vector<std::string> probed_inputs(const submit::JobSpec& spec);
/// Is there anything to probe, or to wait for before the plan is whole?
bool needs_probe(const submit::JobSpec& spec);

/// Does a task leave whatever it leaves ({outputs}), beside what others have where it stands?
bool leaves_all(const submit::JobSpec& spec);

/// Names of a raw task's outputs, in the order of first appearance.
std::vector<std::string> outputs_of(const submit::RawTaskSpec& task);

}  // namespace mpegflow::plan
