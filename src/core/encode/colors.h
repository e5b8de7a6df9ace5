#pragma once

#include <string>

#include "core/probe/probe.h"

namespace mpegflow::encode {

enum class DynamicRange { sdr, pq, hlg };

/// What numbers in a picture mean, in FFmpeg's words: "bt709", "smpte170m", "bt2020nc", …
struct Colors {
  std::string matrix, primaries, transfer;
  bool is_full_range = false;

  bool operator==(const Colors&) const = default;
};

/// PQ is HDR10 and what grew from it; a stream that says nothing is SDR.
DynamicRange find_dynamic_range(const probe::VideoStream& video);

bool is_rgb(const std::string& pixel_format);
bool has_alpha(const probe::VideoStream& video);
/// Bits per component: 8 for yuv420p, 10 for yuv420p10le and p010le.
int find_depth(const std::string& pixel_format);

/// Of the source. Where it says nothing: BT.709 from 720 lines on, else what television of its
/// size has; that is what players guess, too.
Colors find_colors(const probe::VideoStream& video);

/// Can H.264 in 8 bits carry them so that every player shows them right?
bool are_common(const Colors& colors);

}  // namespace mpegflow::encode
