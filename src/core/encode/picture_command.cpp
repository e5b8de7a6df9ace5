#include "core/encode/picture_command.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/encode/open_input.h"

namespace mpegflow::encode {
namespace {

using Arguments = std::vector<std::string>;

constexpr double kSpritesWithoutInterval = 100;

/// JPEGs have the full range of values; what they look like depends on no CPU.
std::string scale_to(const PictureSize& size) {
  return fmt::format(
      "scale={}:{}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact:out_range=full,setsar=1,"
      "format=yuvj420p",
      size.width, size.height);
}

PictureSize fit(const probe::VideoStream& video, std::int64_t short_side) {
  const PictureSize source = find_display_size(video);
  return fit_short_side(source, std::min({short_side, source.width, source.height}));
}

void append_output(Arguments& arguments, const probe::VideoStream& video, std::string filter,
                   const std::string& output) {
  arguments.insert(arguments.end(),
                   {"-map", fmt::format("0:{}", video.index), "-an", "-sn", "-dn", "-filter:v",
                    std::move(filter), "-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", "3",
                    "-threads", "1", "-map_metadata", "-1", "-bitexact"});
  arguments.insert(arguments.end(), {"-f", "image2", output});
}

}  // namespace

Arguments make_poster_command(const probe::Probe& probe, const probe::VideoStream& video,
                              const submit::PosterSpec& poster, const std::string& input_name,
                              const std::string& output) {
  // The first picture is black more often than not.
  const double duration = video.duration.value_or(probe.duration.value_or(0));
  const double at = poster.at >= 0 ? std::min(poster.at, std::max(0.0, duration - 0.5))
                                   : std::min(duration * 0.1, 60.0);
  Arguments arguments = open_input(probe, input_name, at);
  arguments.insert(arguments.end(), {"-frames:v", "1"});
  append_output(arguments, video, scale_to(fit(video, poster.height)), output);
  return arguments;
}

package::SpriteSheets plan_sprites(const probe::Probe& probe, const probe::VideoStream& video,
                                   const submit::SpritesSpec& sprites) {
  package::SpriteSheets sheets;
  const PictureSize size = fit(video, sprites.height);
  sheets.width = size.width;
  sheets.height = size.height;
  sheets.columns = sprites.columns;
  sheets.rows = sprites.rows;
  sheets.duration = probe.duration.value_or(video.duration.value_or(0));
  sheets.interval = sprites.interval > 0
                        ? sprites.interval
                        : std::max(1.0, std::ceil(sheets.duration / kSpritesWithoutInterval));
  return sheets;
}

Arguments make_sprites_command(const probe::Probe& probe, const probe::VideoStream& video,
                               const package::SpriteSheets& sheets, const std::string& input_name,
                               const std::string& output) {
  Arguments arguments = open_input(probe, input_name);
  // One picture for each interval: what is shown at its start. The last sheet is filled up.
  const std::string filter =
      fmt::format("fps=fps=1/{}:round=up,{},tile={}x{}", sheets.interval,
                  scale_to({sheets.width, sheets.height}), sheets.columns, sheets.rows);
  append_output(arguments, video, filter, output);
  return arguments;
}

}  // namespace mpegflow::encode
