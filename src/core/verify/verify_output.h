#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/encode/progress_reader.h"
#include "core/encode/stderr_reader.h"
#include "core/probe/probe.h"
#include "core/probe/sniff.h"
#include "core/verify/command_shape.h"
#include "core/verify/verification.h"

namespace mpegflow::verify {

/// An input of a command, as it was probed.
struct Source {
  probe::Probe probe;
  probe::Sniff sniff;
};

/// What one output of a command of somebody else's should be, as far as it can be told.
struct OutputExpectation {
  CommandShape shape;
  std::size_t output = 0;  ///< which of shape.outputs
  /// By their place in shape.inputs; of some nothing is known.
  std::map<std::size_t, Source> sources;
  std::optional<bool> hash_match;
  std::optional<double> duration_tolerance;       ///< seconds, as the job says
  std::optional<std::int64_t> max_decode_errors;  ///< the same
};

/// One part of an output that was decoded to see whether it can be.
struct DecodedPart {
  std::string place;        ///< head, joint, tail, whole
  bool ended_well = true;   ///< the decoder came to its end by itself with 0
  std::int64_t errors = 0;  ///< complaints, repeats counted
  std::string first_error;
};

/// What was measured of one output.
struct OutputFacts {
  std::int64_t size = 0;
  bool is_media = true;               ///< false: subtitles or what we do not know, not looked into
  bool is_whole = true;               ///< false: a playlist that has dropped its first segments
  std::optional<probe::Probe> probe;  ///< nullopt if ffprobe failed
  std::map<int, std::int64_t> packets;  ///< by stream index, counted by ffprobe
  std::string probe_stderr;
  std::vector<DecodedPart> decoded;
  std::optional<std::int64_t> free_bytes, free_inodes;  ///< where it was written, after the run
};

/// What was seen of the command's own run.
struct CommandFacts {
  encode::EncodeStats stats;
  std::optional<encode::Progress> progress;
};

/// The inputs that have to be probed for that; none if no output of the command can be bounded.
std::vector<std::size_t> find_telling_inputs(const CommandShape& shape);

/// Judges one output of a command that exited with 0. Level "exact": each stream is all that its
/// input has, and every frame is accounted for; "bounded": each stream is as long as the command
/// and the input say, to max(0.5 s, one frame); "structure": it is a sound file with the streams
/// that FFmpeg said it wrote, and decodes. A level says what was proved: where an input's length is
/// not sure enough to refuse an output for it, the level is the weaker one.
Verification verify_output(const OutputExpectation& expectation, const CommandFacts& run,
                           const OutputFacts& facts);

/// The weaker of two levels; empty = none yet.
std::string weaker_level(const std::string& one, const std::string& other);

/// `nb_read_packets` of each stream, by index, out of what ffprobe -count_packets says.
std::map<int, std::int64_t> read_packet_counts(std::string_view ffprobe_json);

/// Whether ffprobe -count_packets -count_frames got a frame out of every packet of pictures and
/// sound: then no decoder has refused one without a word.
bool is_each_packet_a_frame(std::string_view ffprobe_json);

/// Adds what decoding a part of an encoded output showed: more complaints than `allowed`, or a
/// decoder that failed, and the output is incomplete.
void add_decoded(Verification& verification, const DecodedPart& part, std::int64_t allowed);

/// From what a decoder said at -v error.
DecodedPart read_decoded_part(std::string place, bool ended_well, std::string_view stderr_text);

}  // namespace mpegflow::verify
