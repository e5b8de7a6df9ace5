#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/queue/requirements.h"

namespace mpegflow::plan {

/// What an FFmpeg command names that not every worker has: encoders of hardware and of libraries
/// that a build may lack, filters of both kinds. What every build has is none, and neither is a
/// name that no FFmpeg has, nor what FFmpeg chooses by itself. Decoders are not told, nor
/// fonts (fontconfig puts another in their place).
queue::Requirements find_requirements(const std::vector<std::string>& argv);

/// Whether a filter is one of those that requirements are made of.
bool is_rare_filter(std::string_view name);
/// Of them those that need a device of their kind.
bool is_hardware_filter(std::string_view name);

}  // namespace mpegflow::plan
