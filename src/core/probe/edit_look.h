#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/probe/probe.h"

namespace mpegflow::probe {

/// A film that was cut without being encoded again (MP4, by an edit list) may begin in the middle
/// of a picture. FFmpeg leaves that one out and shows the next whole one in its place, early by as
/// much as was left of it, while the sound begins where it should. These are the arguments of
/// ffprobe (without its name) that say by how much; nullopt where nothing is left out or there is
/// no sound to be early against.
std::optional<std::vector<std::string>> find_edit_look(const Probe& probe, std::string_view input);

/// Seconds from `start`, where the film begins, to its first whole picture, as the look said on
/// standard output; nullopt if it said nothing, or that they are the same.
std::optional<double> parse_edit_look(std::string_view stdout_text, double start);

/// The main video of `probe` with its true start.
void add_edit_look(Probe& probe, double early);

}  // namespace mpegflow::probe
