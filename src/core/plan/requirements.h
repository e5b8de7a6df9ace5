#pragma once

#include <string>
#include <vector>

#include "core/probe/probe.h"
#include "core/queue/requirements.h"

namespace mpegflow::plan {

/// What an FFmpeg command names that not every worker has: encoders and decoders of hardware and of
/// libraries that a build may lack, filters of both kinds, muxers of libraries and of later
/// releases, fonts. What every build has is none, and neither is a name that no FFmpeg has, nor
/// what FFmpeg chooses by itself.
queue::Requirements find_requirements(const std::vector<std::string>& argv);

/// What a command of ours, which takes streams by their index from its only input, needs to decode
/// them.
queue::Requirements find_requirements_of_input(const std::vector<std::string>& argv,
                                               const probe::Probe& source);

/// What is required when another command takes the place of a task's: what the input needs stays,
/// and so does the sandbox.
queue::Requirements change_command(const queue::Requirements& required,
                                   const std::vector<std::string>& from,
                                   const std::vector<std::string>& to);

}  // namespace mpegflow::plan
