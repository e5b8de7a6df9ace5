#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/encode/stderr_lines.h"

namespace mpegflow::encode {

/// What FFmpeg counted for one stream of an input ("Input stream #0:1 (audio): …").
struct InputStreamStats {
  int file = 0, stream = 0;
  std::string type;  ///< "video", "audio", "subtitle", "data"
  std::int64_t packets_read = 0;
  std::optional<std::int64_t> frames_decoded;   ///< missing if the stream was not decoded
  std::optional<std::int64_t> samples_decoded;  ///< audio, per channel
  std::optional<std::int64_t> decode_errors;    ///< counted by FFmpeg itself, from 6.1 on

  bool operator==(const InputStreamStats&) const = default;
};

/// "Output stream #0:0 (video): …"
struct OutputStreamStats {
  int file = 0, stream = 0;
  std::string type;
  std::optional<std::int64_t> frames_encoded;
  std::optional<std::int64_t> samples_encoded;
  std::int64_t packets_muxed = 0;

  bool operator==(const OutputStreamStats&) const = default;
};

/// "Stream #0:1 -> #0:0 (…)": what an output's stream is made of, where no complex graph is
/// between.
struct StreamMapping {
  int input_file = 0, input_stream = 0;
  int output_file = 0, output_stream = 0;

  bool operator==(const StreamMapping&) const = default;
};

/// Complaints about one decoded stream, counted line by line ("repeated N times" included).
struct StreamDamage {
  int file = 0, stream = 0;
  std::int64_t refused_packets = 0;  ///< nothing was decoded from them
  std::int64_t corrupt_frames = 0;   ///< decoded, but with damage in the picture

  bool operator==(const StreamDamage&) const = default;
};

/// Everything of a log that verify weighs. Statistics are there only at -loglevel verbose, and only
/// when FFmpeg came to its end.
struct EncodeStats {
  std::vector<InputStreamStats> inputs;
  std::vector<OutputStreamStats> outputs;
  std::vector<StreamMapping> mappings;
  std::vector<StreamDamage> damage;
  std::int64_t corrupt_packets = 0;   ///< flagged by a demuxer
  std::int64_t container_errors = 0;  ///< the structure of the container made no sense
  /// The message with which a demuxer said that its file ended too early, or empty.
  std::string ended_early;
  std::int64_t duplicated_frames = 0;
  std::int64_t dropped_frames = 0;

  bool operator==(const EncodeStats&) const = default;
};

EncodeStats read_encode_stats(std::span<const StderrLine> lines);
EncodeStats read_encode_stats(std::string_view stderr_text);

/// The only (or first) decoded input stream of `type`, nullptr if none was decoded.
const InputStreamStats* find_decoded(const EncodeStats& stats, std::string_view type);
const OutputStreamStats* find_output(const EncodeStats& stats, std::string_view type);
StreamDamage find_damage(const EncodeStats& stats, int file, int stream);

/// Too much damage to be passed on: more than 3 places and more than 1 % of the frames. Below that
/// it is what a scratched tape or a lossy broadcast looks like, which people want to keep.
bool is_heavy_damage(std::int64_t damaged, std::int64_t frames);

}  // namespace mpegflow::encode
