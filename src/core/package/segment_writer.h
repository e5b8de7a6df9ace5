#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/package/fragment.h"
#include "core/package/track.h"

namespace mpegflow::package {

/// ftyp and FFmpeg's own moov, every byte as it was but for the edit list's media time, which is
/// set to `media_time` (there must be an edit list if that changes it).
std::string make_init_segment(const Track& track, std::string_view moov, std::int64_t media_time);

/// Where a fragment stands in its segment.
struct FragmentPlace {
  std::int64_t offset = 0;       ///< of its moof
  std::int64_t first_bytes = 0;  ///< from there to the end of its first sample
};

struct MediaSegment {
  std::string bytes;
  std::vector<FragmentPlace> fragments;
};

/// styp and, for each fragment, moof + mdat. Decode times are not negative; the sequence numbers of
/// the fragments count from `sequence`. Takes the fragments' bytes as it goes.
MediaSegment make_media_segment(std::uint32_t track_id, std::uint32_t sequence,
                                std::vector<Fragment> fragments);

}  // namespace mpegflow::package
