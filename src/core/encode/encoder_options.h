#pragma once

#include <string>
#include <vector>

#include "core/encode/encode_command.h"

namespace mpegflow::encode {

/// The part of a command line that is about the video encoder: which one, its speed and quality,
/// its threads, and where key frames are. One thread each (docs/adr).
std::vector<std::string> encoder_options(const submit::RenditionSpec& rendition,
                                         const Rhythm& rhythm);

}  // namespace mpegflow::encode
