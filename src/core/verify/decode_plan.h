#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::verify {

/// A part of a file that is decoded to see whether it can be.
struct DecodeStep {
  std::string place;                       ///< head, tail, whole
  std::vector<std::string> input_options;  ///< of ffmpeg, before -i

  bool operator==(const DecodeStep&) const = default;
};

/// What is known of the file.
struct DecodeSubject {
  std::string_view container;
  std::int64_t size = 0;
  std::optional<double> duration;  ///< seconds
  bool is_still_image = false;
};

enum class Thoroughness { parts, whole };

/// The whole of what is short; head and tail of what is long. A container without an index cannot
/// be entered at its end without complaints that prove nothing: of such a one that is large, the
/// head.
std::vector<DecodeStep> plan_decodes(const DecodeSubject& subject, Thoroughness thoroughness);

/// The container (as Sniff says it) of a file that FFmpeg's `muxer` writes, or the muxer of a file
/// with that extension; empty where that cannot be told before it is there.
std::string_view container_of_muxer(std::string_view muxer);

/// Which of `count` segments are decoded, in order: the first two, the two in the middle and the
/// last two, so that head, tail and joints are among them.
std::vector<std::size_t> choose_segments(std::size_t count, Thoroughness thoroughness);

}  // namespace mpegflow::verify
