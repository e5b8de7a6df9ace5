#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/encode/colors.h"
#include "core/probe/probe.h"

namespace mpegflow::encode {

/// A size in pixels, both even.
struct PictureSize {
  std::int64_t width = 0, height = 0;

  bool operator==(const PictureSize&) const = default;
};

/// The size at which the picture is shown: upright, with square pixels.
PictureSize find_display_size(const probe::VideoStream& video);

/// The picture whose short side is `short_side`, in the shape of the source.
PictureSize fit_short_side(const PictureSize& source, std::int64_t short_side);

enum class Scan { progressive, top_first, bottom_first };

/// A look at the frames outranks what the stream says of itself: much film is marked as interlaced
/// and is not, and the other way round.
Scan find_scan(const probe::VideoStream& video);

/// What the encoder takes.
struct PictureTarget {
  int depth = 8;           ///< bits per component, always 4:2:0
  bool keeps_hdr = false;  ///< PQ and HLG as they are; else SDR is made of them

  bool operator==(const PictureTarget&) const = default;
};

/// From decoded frames to the frames that one rendition's encoder takes. FFmpeg itself turns the
/// picture upright before.
struct PicturePlan {
  std::string decoder;  ///< to be named with -c before the input, or empty
  std::string filter;
  Colors colors;  ///< of the frames that come out
  bool is_deinterlaced = false;
  bool is_tone_mapped = false;
  bool is_flattened = false;  ///< transparency on black
  bool has_new_colors = false;
  bool needs_color_filters = false;  ///< zscale and tonemap

  bool operator==(const PicturePlan&) const = default;
};

PicturePlan plan_picture(const probe::VideoStream& video, const PictureSize& size,
                         const PictureTarget& target);

}  // namespace mpegflow::encode
