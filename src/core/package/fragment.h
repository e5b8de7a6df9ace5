#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/package/track.h"

namespace mpegflow::package {

/// One coded picture or audio frame, without its bytes.
struct Sample {
  std::uint32_t duration = 0;           ///< ticks until the next one is decoded
  std::uint32_t size = 0;               ///< bytes, never 0
  std::uint32_t flags = 0;              ///< as in trun
  std::int32_t composition_offset = 0;  ///< ticks from decoding to presentation

  bool operator==(const Sample&) const = default;
  bool is_sync() const { return (flags & 0x10000U) == 0; }
};

/// Samples that follow each other in the stream, as one moof with its mdat holds them.
struct Fragment {
  std::int64_t decode_time = 0;  ///< of the first sample; negative for what precedes the start
  std::vector<Sample> samples;
  std::string bytes;  ///< of all samples, one after another
};

/// Where the samples' bytes stand; their sizes tell the rest.
struct FragmentHeader {
  Fragment fragment;            ///< without the bytes
  std::int64_t data_start = 0;  ///< in the stream
  std::int64_t data_size = 0;
};

/// Reads the payload of a moof that starts at `offset` of the stream: one traf whose data lie in
/// one piece, positions relative to the moof.
base::Result<FragmentHeader> read_fragment_header(std::string_view moof, std::int64_t offset,
                                                  const Track& track);

}  // namespace mpegflow::package
