#pragma once

#include <string>
#include <vector>

#include "core/encode/encode_command.h"

namespace mpegflow::encode {

/// The part of a command line that is about the video encoder: which one, its speed and quality,
/// its threads, where key frames are, and for HDR10 the light in which it is meant. One thread each
/// (docs/adr).
std::vector<std::string> encoder_options(const submit::RenditionSpec& rendition,
                                         const Rhythm& rhythm,
                                         const probe::LightMetadata& light = {});

}  // namespace mpegflow::encode
