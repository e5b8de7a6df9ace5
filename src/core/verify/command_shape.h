#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::verify {

/// What a command line says of one input.
struct InputShape {
  std::string name;              ///< as it stands after -i
  std::string format;            ///< -f, empty if FFmpeg is to guess
  std::optional<double> start;   ///< -ss, seconds
  std::optional<double> limit;   ///< -t, or -to less -ss
  bool is_from_end = false;      ///< -sseof
  bool is_time_changed = false;  ///< -stream_loop, -itsoffset, -itsscale, -loop, -r …

  bool operator==(const InputShape&) const = default;
};

/// What it says of one output.
struct OutputShape {
  std::string name;
  std::string muxer;  ///< or the extension that chooses it; empty if neither is known
  std::optional<double> start;
  std::optional<double> limit;
  bool copies_video = false, copies_audio = false;
  bool is_shortest = false;
  /// Each filter and option is one of those of which we know that they leave the length as it is.
  bool keeps_time = true;
  /// … and that give one frame for each frame.
  bool keeps_frames = true;
  bool sets_rate = false;         ///< -r, -fps_mode, -vsync, …
  bool is_frame_limited = false;  ///< -frames
  bool is_size_limited = false;   ///< -fs

  bool operator==(const OutputShape&) const = default;
};

/// What a command does to the time and the frames of what it reads; only what can be told without
/// running it.
struct CommandShape {
  std::vector<InputShape> inputs;
  std::vector<OutputShape> outputs;

  bool operator==(const CommandShape&) const = default;
};

/// Reads ffmpeg's arguments, the program's name first. Of a command that no known FFmpeg takes
/// nothing is told: it has neither inputs nor outputs.
CommandShape read_command_shape(std::span<const std::string> argv);

/// A time as FFmpeg reads it: "90", "1:30", "00:01:30.5", "500ms".
std::optional<double> parse_time(std::string_view text);

/// The names of the filters in a filter graph, in order.
std::vector<std::string> list_filters(std::string_view graph);

/// Whether the length of what is read of the input follows from the length of the file.
bool has_known_length(const InputShape& input);

/// Whether the length of the output follows from that of what its streams are made of.
bool can_be_bounded(const OutputShape& output);

/// How long a stream of an output will be, as far as the command tells.
struct LengthBounds {
  std::optional<double> least, most;  ///< seconds, without tolerance
  /// True: neither more nor less than the whole input.
  bool is_whole = false;

  bool is_known() const { return most.has_value(); }
  bool operator==(const LengthBounds&) const = default;
};

/// `input_length`: seconds of the input that the stream is made of, nullopt if unknown.
LengthBounds find_length_bounds(const InputShape& input, const OutputShape& output,
                                std::optional<double> input_length);

}  // namespace mpegflow::verify
