#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/package/box.h"

namespace mpegflow::package {

enum class TrackKind { video, audio };
std::string_view to_word(TrackKind kind);

/// What a player must know of a stream before it opens it.
struct Codec {
  std::string name;  ///< RFC 6381, as in CODECS: "avc1.64001F", "hvc1.1.6.L60.90", "mp4a.40.2"
  std::int64_t width = 0, height = 0;  ///< of the sample entry, pixels
  std::int64_t sample_rate = 0, channels = 0;
  std::string video_range;  ///< as HLS names it: SDR, PQ, HLG; empty if the stream does not say

  bool operator==(const Codec&) const = default;
};

/// Reads a sample entry (a child of stsd): avc1, avc3, hvc1, hev1, av01, vp09 or mp4a.
base::Result<Codec> read_sample_entry(const Box& entry, TrackKind kind);

}  // namespace mpegflow::package
