#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/probe/probe.h"

namespace mpegflow::probe {

/// HDR10 says in which light it is meant in its first picture or in the container; an encoder does
/// not pass that on by itself. The arguments of ffprobe (without its name) that show it; nullopt
/// for all that is not PQ.
std::optional<std::vector<std::string>> find_light_look(const Probe& probe, std::string_view input);

/// What the look said on standard output; both parts are empty if it said nothing of them.
LightMetadata parse_light_look(std::string_view stdout_text);

/// The main video of `probe` with what was seen.
void add_light_look(Probe& probe, const LightMetadata& light);

}  // namespace mpegflow::probe
