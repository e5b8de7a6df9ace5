#pragma once

#include <optional>
#include <string>

#include "cli/config.h"

namespace mpegflow::cli {

/// The pid of the process that works on the job with this identity, as it wrote it down; nullopt if
/// none does.
std::optional<std::string> find_live_run(const Config& config, const std::string& identity);

}  // namespace mpegflow::cli
