#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/package/summary.h"

namespace mpegflow::package {

/// What was planned for a rendition; what is not known is not checked.
struct Expectation {
  std::optional<std::int64_t> segments;
  std::optional<std::int64_t> samples;       ///< frames that went into the encoder
  std::optional<double> duration;            ///< seconds
  double duration_tolerance = 0.1;           ///< seconds
  std::optional<Rational> segment_duration;  ///< each segment but the last starts on time
  double segment_tolerance = 0.05;           ///< seconds
  std::optional<double> start = 0;           ///< seconds; nullopt for one that may start late
};

/// What is wrong with a rendition, in words for the person who reads the attempt; nullopt if it may
/// be committed. Checked always: there are segments, each starts with a key frame, has bytes and a
/// duration, and the next one follows without a gap, in decoding and in presentation.
std::optional<std::string> find_fault(const Summary& summary, const Expectation& expectation);

}  // namespace mpegflow::package
