#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/retry/finding.h"

namespace mpegflow::probe {

/// How much of the head and of the tail of a file sniff() wants to see.
inline constexpr std::int64_t kSniffBytes = 64 * 1024;

/// A picture with more pixels is refused before anything decodes it (16384 × 8192: twice 8K).
inline constexpr std::int64_t kMaximumPixels = 16384LL * 8192;
/// No codec that we know goes beyond this width or height.
inline constexpr std::int64_t kMaximumSide = 32768;

/// The bytes of an input that we look at ourselves, before FFmpeg sees it.
struct SniffInput {
  std::string_view head;  ///< the first kSniffBytes, or the whole file if it is shorter
  std::int64_t size = 0;  ///< of the whole file
  std::string_view tail;  ///< the last kSniffBytes, or empty if they were not read
};

/// What the first bytes say an input is. Names and extensions have no say in it.
struct Sniff {
  std::string container;    ///< demuxer to force with -f: "mov", "matroska", "mpegts", …
  std::string description;  ///< for people: "MP4 or QuickTime"
  bool is_still_image = false;
  bool is_subtitle = false;
  /// Why the file looks shorter than its own structure says; a hint that verify weighs, because
  /// some writers leave such sizes behind in files that are whole.
  std::optional<std::string> cut_short = std::nullopt;
  /// True when nothing but a cut can explain it (a transport stream that ends inside a packet).
  bool is_surely_cut = false;
  /// Ogg: packets of Vorbis that hold nothing.
  bool has_empty_packets = false;
  /// MP4 with common encryption (DRM); ffprobe shows such files as if they were fine.
  bool is_encrypted = false;

  bool operator==(const Sniff&) const = default;
};

/// What the input is, or the finding that refuses it: input_empty, input_not_media,
/// input_protocol_blocked, subtitle_invalid, input_dimensions_invalid.
tl::expected<Sniff, retry::Finding> sniff(const SniffInput& input);

}  // namespace mpegflow::probe
