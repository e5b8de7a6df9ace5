#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "core/plan/plan.h"

namespace mpegflow::cli {

/// The command line that a task will run, "ffmpeg" first; empty for a task that runs none of its
/// own.
std::vector<std::string> find_command_line(const plan::PlannedTask& task);

/// What the plan says in plain words of what is done to the source.
std::vector<std::string> find_notes(const std::vector<plan::PlannedTask>& tasks);

/// A plan for people: every task, what it waits for, its command line quoted for a shell; the
/// notes.
std::string to_plan_text(const std::vector<plan::PlannedTask>& tasks);
/// A plan for Graphviz.
std::string to_plan_dot(const std::vector<plan::PlannedTask>& tasks);
base::json::array to_plan_records(const std::vector<plan::PlannedTask>& tasks);

}  // namespace mpegflow::cli
