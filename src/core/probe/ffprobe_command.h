#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::probe {

/// For -format_whitelist: the demuxers of real containers, none that opens other files (playlists,
/// manifests, concat scripts, session descriptions, image sequences, devices).
std::string_view format_whitelist();
/// For -protocol_whitelist: what FFmpeg may open on our behalf.
std::string_view protocol_whitelist();

/// The input options that every ffmpeg and ffprobe of ours carries before -i; `container` is from
/// sniff(). Forcing the demuxer means that FFmpeg's own guess has no say. "hls" and "dash", which
/// sniff() never says, are for playlists that a command of ours has just written: those may open
/// the files beside them. Never for an input.
std::vector<std::string> input_options(std::string_view container);

/// ffprobe on `input` (a path inside the working folder), without the program's name. Standard
/// output is for parse_ffprobe, standard error for retry::classify.
std::vector<std::string> ffprobe_argv(std::string_view container, std::string_view input);

}  // namespace mpegflow::probe
