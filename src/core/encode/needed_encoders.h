#pragma once

#include <set>
#include <string>
#include <vector>

namespace mpegflow::encode {

/// The encoders that an FFmpeg command names for what it writes: the values of its codec options
/// behind the last input. A copy is none, and what FFmpeg chooses by itself is not told.
std::set<std::string> find_needed_encoders(const std::vector<std::string>& argv);

/// The decoders that it names for what it reads: the same options before an input.
std::set<std::string> find_needed_decoders(const std::vector<std::string>& argv);

}  // namespace mpegflow::encode
