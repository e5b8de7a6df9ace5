#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/encode/progress_reader.h"
#include "core/encode/stderr_reader.h"
#include "core/verify/expectation.h"
#include "core/verify/verification.h"

namespace mpegflow::verify {

/// What came out, counted by ourselves wherever that is possible.
struct RenditionFacts {
  encode::EncodeStats stats;
  std::optional<encode::Progress> progress;  ///< the last report
  std::int64_t samples = 0;  ///< video: pictures; audio: coded frames; counted in the segments
  double duration = 0;       ///< seconds, the sum of the segments
  /// Seconds from the start of the job's time line; nullopt = nobody has looked.
  std::optional<double> start = std::nullopt;
};

/// Judges the output of an ffmpeg that exited with 0 (level "exact").
///
/// Conservation: decoded + duplicated − dropped = written, to the frame; a difference is our own
/// fault (output_incomplete, transient). Completeness: packets read against the container's own
/// count, and the length against the stream's; a shortage is the input's fault (input_truncated,
/// input_corrupt, bitstream_corrupt) because FFmpeg ends with 0 only at the end of its input.
/// Damage: see encode::is_heavy_damage.
Verification verify_rendition(const Expectation& expectation, const RenditionFacts& facts);

}  // namespace mpegflow::verify
