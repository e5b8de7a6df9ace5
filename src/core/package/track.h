#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "core/package/codec.h"

namespace mpegflow::package {

/// What holds for samples whose fragment does not say (trex).
struct SampleDefaults {
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint32_t flags = 0;
};

/// The only track of an encoder's moov.
struct Track {
  TrackKind kind = TrackKind::video;
  std::uint32_t id = 0;
  std::int64_t timescale = 0;  ///< ticks per second
  Codec codec;
  SampleDefaults defaults;
  /// The edit list's media time: what is presented at 0 of the presentation.
  std::int64_t media_time = 0;
  std::size_t media_time_offset = 0;  ///< where it stands in the payload of moov
  std::size_t media_time_width = 0;   ///< 4 or 8 bytes, 0 if there is no edit list
};

/// Reads the payload of a moov as FFmpeg writes it for a fragmented file of one stream: one track
/// without samples, at most one edit.
base::Result<Track> read_track(std::string_view moov, TrackKind kind);

}  // namespace mpegflow::package
