#include "core/package/sprite_track.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace mpegflow::package {
namespace {

std::string to_timestamp(double seconds) {
  const std::int64_t ms = std::llround(seconds * 1000);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

}  // namespace

std::int64_t count_sprites(const SpriteSheets& sheets) {
  // What lasts a hair longer than a whole number of intervals has no picture of its own for it.
  const double count = std::ceil(sheets.duration / sheets.interval - 1e-3);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(count));
}

std::int64_t count_sheets(const SpriteSheets& sheets) {
  const std::int64_t per_sheet = sheets.columns * sheets.rows;
  return (count_sprites(sheets) + per_sheet - 1) / per_sheet;
}

std::string sheet_name(std::int64_t number) {
  return fmt::format("sheet_{:03}.jpg", number);
}

std::string make_sprite_track(const SpriteSheets& sheets, std::int64_t sheet_count) {
  const std::int64_t per_sheet = sheets.columns * sheets.rows;
  const std::int64_t count = std::min(count_sprites(sheets), sheet_count * per_sheet);
  std::string text = "WEBVTT\n";
  for (std::int64_t i = 0; i < count; ++i) {
    const double start = static_cast<double>(i) * sheets.interval;
    const bool is_last = i + 1 == count;
    const double end = is_last ? std::max(sheets.duration, start + 0.001) : start + sheets.interval;
    const std::int64_t place = i % per_sheet;
    text +=
        fmt::format("\n{} --> {}\n{}#xywh={},{},{},{}\n", to_timestamp(start), to_timestamp(end),
                    sheet_name(i / per_sheet + 1), place % sheets.columns * sheets.width,
                    place / sheets.columns * sheets.height, sheets.width, sheets.height);
  }
  return text;
}

}  // namespace mpegflow::package
