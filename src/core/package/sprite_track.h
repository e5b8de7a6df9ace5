#pragma once

#include <cstdint>
#include <string>

namespace mpegflow::package {

/// Small pictures of a film, laid out in rows on numbered sheets.
struct SpriteSheets {
  double interval = 10;  ///< seconds from one picture to the next
  double duration = 0;   ///< seconds of the film
  std::int64_t columns = 10, rows = 10;
  std::int64_t width = 160, height = 90;  ///< of one picture

  bool operator==(const SpriteSheets&) const = default;
};

/// How many pictures there are, at least one.
std::int64_t count_sprites(const SpriteSheets& sheets);
/// How many sheets they fill.
std::int64_t count_sheets(const SpriteSheets& sheets);
/// "sheet_001.jpg" for number 1.
std::string sheet_name(std::int64_t number);

/// The WebVTT track that names for each stretch of time its place on a sheet, as players expect it:
/// "sheet_001.jpg#xywh=160,0,160,90". Only the first `sheet_count` sheets are there.
std::string make_sprite_track(const SpriteSheets& sheets, std::int64_t sheet_count);

}  // namespace mpegflow::package
