#pragma once

#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/doctor_facts.h"

namespace mpegflow::cli {

/// ok; warning: jobs run, but something is weaker than it could be; failed: jobs cannot run.
enum class CheckState { ok, warning, failed };
std::string_view to_word(CheckState state);

struct Check {
  std::string name;
  CheckState state = CheckState::ok;
  std::string detail;  ///< what was found
  std::string advice;  ///< what to do; empty if nothing

  bool operator==(const Check&) const = default;
};

/// What the facts mean. With SandboxMode::on a sandbox that is not there is a failure.
std::vector<Check> judge_machine(const DoctorFacts& facts, SandboxMode sandbox);

}  // namespace mpegflow::cli
