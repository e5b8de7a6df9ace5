#pragma once

#include <string>
#include <string_view>

namespace mpegflow::command {

/// Formats that are cameras, screens, sound cards.
bool is_input_device(std::string_view format);
bool is_output_device(std::string_view format);

/// Image formats whose names FFmpeg counts through.
bool is_image_extension(std::string_view extension);

/// The muxer that FFmpeg takes for an output, by -f or by its name; empty if none can be told.
/// Where only the family matters ("mp4" and "mov" write one file) it is the extension.
std::string find_muxer(std::string_view forced, std::string_view name);

}  // namespace mpegflow::command
