#pragma once

#include <cstdint>
#include <string>

namespace mpegflow::package {

/// Samples of one frame of AAC-LC.
constexpr std::int64_t kAacFrame = 1024;

/// A frame of AAC-LC that holds silence, in the usual order of so many channels (1 to 6 or 8);
/// empty for other numbers.
std::string make_silent_aac(std::int64_t channels);

}  // namespace mpegflow::package
