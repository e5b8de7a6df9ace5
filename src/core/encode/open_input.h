#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/encode/picture.h"
#include "core/probe/probe.h"

namespace mpegflow::encode {

/// The beginning of every command line ("ffmpeg" first, "-i" and the file last), for a working
/// folder that has the input as `input_name`. `-progress` goes to descriptor 3. `seek`: seconds
/// from the start, where decoding begins. `more`: other options of the input.
std::vector<std::string> open_input(const probe::Probe& probe, const std::string& input_name,
                                    std::optional<double> seek = std::nullopt,
                                    const std::vector<std::string>& more = {});

/// The input options that name the decoder of the stream, if it is not the usual one.
std::vector<std::string> name_decoder(const probe::VideoStream& video, const PicturePlan& picture);

}  // namespace mpegflow::encode
