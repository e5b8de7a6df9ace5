#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/probe/probe.h"

namespace mpegflow::probe {

/// The arguments of ffmpeg (without its name) that look at some frames of the main video and say
/// whether they are interlaced; nullopt if there is no doubt: the codec knows no fields, or says
/// that there are none.
std::optional<std::vector<std::string>> find_field_look(const Probe& probe, std::string_view input);

/// What the look said on standard error; nullopt if it said nothing.
std::optional<FieldCounts> parse_field_look(std::string_view stderr_text);

/// The main video of `probe` with what was seen.
void add_field_look(Probe& probe, const FieldCounts& fields);

}  // namespace mpegflow::probe
