#include "core/encode/picture_command.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/encode/arguments.h"
#include "core/encode/open_input.h"

namespace mpegflow::encode {
namespace {

constexpr double kSpritesWithoutInterval = 100;
/// Seconds at the end in which there may be no picture any more.
constexpr double kShortestEnd = 0.5;
/// Seconds that are decoded before the wanted one where no index leads to a key frame.
constexpr double kDecodedBefore = 20;

/// What a rung of that size shows, as JPEGs have it: full range, and the matrix of BT.601 whatever
/// the film's is.
std::string to_jpeg(const PicturePlan& picture) {
  const std::string& matrix = picture.colors.matrix;
  const bool is_old = matrix == "smpte170m" || matrix == "bt470bg";
  return fmt::format(
      "{},scale=in_range=limited:out_range=full:in_color_matrix={}:out_color_matrix=bt601:"
      "flags=bicubic+accurate_rnd+full_chroma_int+bitexact,format=yuvj420p",
      picture.filter, is_old ? "bt601" : matrix);
}

/// Transport and program streams are sought by time alone: what is decoded begins with the key
/// frame after it, and there need not be one.
bool has_index(const probe::Probe& probe) {
  return probe.container != "mpegts" && probe.container != "mpeg";
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
  const double wanted = poster.at >= 0 ? poster.at : std::min(duration * 0.1, 60.0);
  const double at = std::min(wanted, std::max(0.0, duration - kShortestEnd));
  const PicturePlan picture = plan_picture(video, fit(video, poster.height), {});
  std::optional<double> seek = at;
  if (!has_index(probe))
    seek = at > kDecodedBefore ? std::optional(at - kDecodedBefore) : std::nullopt;
  Arguments arguments = open_input(probe, input_name, seek, name_decoder(video, picture));
  if (const double rest = at - seek.value_or(0); rest > 0)
    arguments.insert(arguments.end(), {"-ss", fmt::format("{:.6f}", rest)});
  arguments.insert(arguments.end(), {"-frames:v", "1"});
  append_output(arguments, video, to_jpeg(picture), output);
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
  const PicturePlan picture = plan_picture(video, {sheets.width, sheets.height}, {});
  Arguments arguments = open_input(probe, input_name, std::nullopt, name_decoder(video, picture));
  // One picture for each interval: what is shown at its start. The last sheet is filled up. Fields
  // are put together before, since that takes their neighbours.
  const std::string choice = fmt::format("fps=fps=1/{}:round=up", sheets.interval);
  const std::string pictures = to_jpeg(picture);
  append_output(
      arguments, video,
      fmt::format("{},{},tile={}x{}", picture.is_deinterlaced ? pictures : choice,
                  picture.is_deinterlaced ? choice : pictures, sheets.columns, sheets.rows),
      output);
  return arguments;
}

}  // namespace mpegflow::encode
