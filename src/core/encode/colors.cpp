#include "core/encode/colors.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace mpegflow::encode {
namespace {

bool is_stated(std::string_view word) {
  return !word.empty() && word != "unknown" && word != "unspecified" && word != "reserved";
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts, [&](std::string_view one) { return text.starts_with(one); });
}

std::string usual_matrix(const probe::VideoStream& video) {
  if (is_rgb(video.pixel_format) || video.height >= 720 || video.width >= 1280) return "bt709";
  return video.height == 576 || video.height == 288 ? "bt470bg" : "smpte170m";
}

std::string primaries_of(std::string_view matrix) {
  if (matrix.starts_with("bt2020")) return "bt2020";
  if (matrix == "smpte170m" || matrix == "bt470bg" || matrix == "smpte240m")
    return std::string(matrix);
  return "bt709";
}

std::string transfer_of(std::string_view matrix) {
  if (matrix.starts_with("bt2020")) return "bt2020-10";
  if (matrix == "smpte170m" || matrix == "bt470bg") return "smpte170m";
  return "bt709";
}

}  // namespace

DynamicRange find_dynamic_range(const probe::VideoStream& video) {
  if (video.color_transfer == "smpte2084") return DynamicRange::pq;
  if (video.color_transfer == "arib-std-b67") return DynamicRange::hlg;
  return DynamicRange::sdr;
}

bool is_rgb(const std::string& pixel_format) {
  return starts_with_any(pixel_format, {"rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8",
                                        "x2rgb", "x2bgr", "bayer"});
}

bool has_alpha(const probe::VideoStream& video) {
  return video.has_hidden_alpha ||
         starts_with_any(video.pixel_format, {"yuva", "rgba", "bgra", "argb", "abgr", "gbrap",
                                              "ya8", "ya16", "ayuv", "pal8"});
}

int find_depth(const std::string& pixel_format) {
  std::string_view name = pixel_format;
  for (const std::string_view order : {"le", "be"})
    if (name.ends_with(order)) name.remove_suffix(order.size());
  if (starts_with_any(name, {"rgb48", "bgr48", "rgba64", "bgra64", "ayuv64"})) return 16;
  // "yuv422p10", "gbrap12", "p010", "gray16": the last two digits, after a letter that says what.
  const std::size_t letter = name.find_last_not_of("0123456789");
  if (letter == std::string_view::npos || letter + 1 == name.size()) return 8;
  const int number = std::stoi(std::string(name.substr(letter + 1))) % 100;
  const bool is_depth =
      starts_with_any(name, {"yuv", "gbr", "p0", "p2", "p4", "gray", "ya", "x2", "y2"});
  return is_depth && number >= 9 && number <= 16 ? number : 8;
}

Colors find_colors(const probe::VideoStream& video) {
  Colors colors;
  const bool is_yuv = !is_rgb(video.pixel_format);
  const bool has_matrix = is_yuv && is_stated(video.color_space) && video.color_space != "gbr" &&
                          video.color_space != "rgb";
  colors.matrix = has_matrix ? video.color_space : usual_matrix(video);
  // Wide primaries and HDR never stand beside the matrix of another standard by intent.
  const bool is_wide =
      video.color_primaries == "bt2020" ||
      (!is_stated(video.color_primaries) && find_dynamic_range(video) != DynamicRange::sdr);
  if (!has_matrix && is_yuv && is_wide) colors.matrix = "bt2020nc";
  colors.primaries =
      is_stated(video.color_primaries) ? video.color_primaries : primaries_of(colors.matrix);
  colors.transfer =
      is_stated(video.color_transfer) ? video.color_transfer : transfer_of(colors.matrix);
  colors.is_full_range =
      is_yuv && (video.color_range == "pc" || video.pixel_format.starts_with("yuvj"));
  return colors;
}

bool are_common(const Colors& colors) {
  constexpr std::array<std::string_view, 3> kMatrices = {"bt709", "smpte170m", "bt470bg"};
  constexpr std::array<std::string_view, 4> kPrimaries = {"bt709", "smpte170m", "bt470bg",
                                                          "smpte240m"};
  return std::ranges::find(kMatrices, colors.matrix) != kMatrices.end() &&
         std::ranges::find(kPrimaries, colors.primaries) != kPrimaries.end();
}

}  // namespace mpegflow::encode
