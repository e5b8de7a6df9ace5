#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/encode/progress_reader.h"
#include "core/encode/stderr_reader.h"
#include "core/probe/probe.h"
#include "core/probe/sniff.h"
#include "core/verify/verification.h"

namespace mpegflow::verify {

enum class Medium { video, audio };

/// What one rendition should turn out to be, known before its encode.
struct Expectation {
  Medium medium = Medium::video;
  /// True if the command reads the input from its start to its end; false for a chunk.
  bool is_whole_input = true;
  /// False where a filter makes other frames, so that they cannot be counted through.
  bool keeps_frames = true;
  bool is_copied = false;       ///< the stream is passed on as it is: nothing is decoded
  bool may_be_shorter = false;  ///< of the length only the most is known
  bool may_be_longer = false;   ///< a cut without decoding begins at the key frame before
  /// Seconds by which the length may differ, as the job says; nullopt = as tolerance() has it.
  std::optional<double> tolerance = std::nullopt;
  std::optional<std::int64_t> packets;  ///< of the input stream, as its container states
  std::optional<double> duration;       ///< seconds, of the stream itself
  /// Seconds, of the whole container; other streams may be the longer ones.
  std::optional<double> container_duration;
  bool has_other_streams = false;
  /// False if the lengths were derived from what is left of the stream (transport and program
  /// streams, Ogg, raw streams, fragments), so that they cannot show what is missing.
  bool is_length_stated = true;
  double frame_rate = 0;                 ///< video, 0 = unknown
  bool is_steady = false;                ///< video whose frames all have the same length
  std::int64_t sample_rate = 0;          ///< of the output, audio
  std::optional<std::string> cut_short;  ///< of Sniff
  std::optional<bool> hash_match;        ///< is our copy of the input the same as its source?
};

/// The expectation for one stream of `medium`, read whole; without `stream` (its index in the
/// container) for the main one. `sample_rate` is the output's.
Expectation make_expectation(const probe::Probe& probe, const probe::Sniff& sniff, Medium medium,
                             std::int64_t sample_rate = 0,
                             std::optional<int> stream = std::nullopt);

/// What came out, counted by ourselves wherever that is possible.
struct RenditionFacts {
  encode::EncodeStats stats;
  std::optional<encode::Progress> progress;  ///< the last report
  std::int64_t samples = 0;  ///< video: pictures; audio: coded frames; counted in the segments
  double duration = 0;       ///< seconds, the sum of the segments
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
