#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/probe/probe.h"
#include "core/probe/sniff.h"

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
  double start = 0;                     ///< seconds from the start of the job's time line
  /// Seconds that the lengths above may be too long by: some writers count from 0, not from the
  /// first time stamp.
  double slack = 0;
  /// The count includes what holds nothing: in AVI a frame that is to be shown longer.
  bool counts_empty_packets = false;
  /// Packets that hold nothing cannot be decoded and are no damage.
  bool has_empty_packets = false;
  /// Where an edit list may leave out a part of what is stored: the seconds of the stream that are
  /// to be played, how long one packet of pictures lasts, and the samples per second of the sound.
  std::optional<double> played;
  double picture_duration = 0;
  std::int64_t source_rate = 0;
  /// Seconds, of the whole container; other streams may be the longer ones.
  std::optional<double> container_duration;
  bool has_other_streams = false;
  /// False if the lengths were derived from what is left of the stream (transport and program
  /// streams, Ogg, raw streams, fragments), so that they cannot show what is missing.
  bool is_length_stated = true;
  /// The length is that from the first time stamp to the last: nothing else states one.
  bool is_length_from_times = false;
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

}  // namespace mpegflow::verify
