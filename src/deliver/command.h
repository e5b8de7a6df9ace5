#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace mpegflow::deliver {

/// Runs `argv` (found by PATH, no shell) with `body` on its standard input and its output thrown
/// away, and gives its exit code. After `timeout` its process group is killed. Errors:
/// process_failed, which says why there is none. Any thread.
base::Result<int> run_command(const std::vector<std::string>& argv, const std::string& body,
                              const std::vector<std::string>& extra_environment,
                              base::Micros timeout);

/// The same, done when it ended with 0.
base::Result<void> run_alert_command(const std::vector<std::string>& argv, const std::string& body,
                                     const std::vector<std::string>& extra_environment,
                                     base::Micros timeout);

}  // namespace mpegflow::deliver
