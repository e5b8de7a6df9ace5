#include <algorithm>

#include <fmt/format.h>

#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

using namespace std::string_view_literals;

struct Picture {
  std::string_view container;
  std::string_view description;
  std::int64_t width = 0, height = 0;  ///< 0 = the header was not found
  std::string_view end_mark;           ///< stands in the last bytes of a whole file, or empty
};

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

/// An animated one says so before the data of its first picture.
Picture read_png(std::string_view head) {
  const bool is_animated = head.substr(0, head.find("IDAT")).find("acTL") != std::string_view::npos;
  if (is_animated)
    return {"apng", "animated PNG", number(big_endian(head, 16, 4)),
            number(big_endian(head, 20, 4)), "IEND"};
  return {"png_pipe", "PNG picture", number(big_endian(head, 16, 4)),
          number(big_endian(head, 20, 4)), "IEND"};
}

/// Walks the segments to the frame header (SOF0…SOF15 without the four that are something else).
Picture read_jpeg(std::string_view head) {
  Picture picture{"jpeg_pipe", "JPEG picture", 0, 0, "\xff\xd9"sv};
  for (std::size_t at = 2; at + 9 < head.size() && byte_at(head, at) == 0xff;) {
    const std::uint64_t marker = byte_at(head, at + 1);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    const bool is_frame_header =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (is_frame_header) {
      picture.height = number(big_endian(head, at + 5, 2));
      picture.width = number(big_endian(head, at + 7, 2));
      return picture;
    }
    at += 2 + big_endian(head, at + 2, 2);
  }
  return picture;
}

Picture read_webp(std::string_view head) {
  Picture picture{"webp_pipe", "WebP picture", 0, 0, {}};
  if (has_at(head, 12, "VP8X")) {
    picture.width = number(little_endian(head, 24, 3)) + 1;
    picture.height = number(little_endian(head, 27, 3)) + 1;
  }
  return picture;
}

/// FFmpeg decodes still ones only.
bool is_animated_webp(std::string_view head) {
  constexpr std::uint64_t kAnimation = 2;
  return has_at(head, 8, "WEBPVP8X") && (byte_at(head, 20) & kAnimation) != 0;
}

/// Negative when the rows are stored from the top.
std::int64_t read_bmp_height(std::string_view head) {
  return std::abs(static_cast<std::int64_t>(
      static_cast<std::int32_t>(static_cast<std::uint32_t>(little_endian(head, 22, 4)))));
}

std::optional<Picture> read_picture(std::string_view head) {
  if (has_at(head, 0, "\x89PNG\r\n\x1a\n"sv)) return read_png(head);
  if (has_at(head, 0, "\xff\xd8\xff"sv)) return read_jpeg(head);
  if (has_at(head, 0, "RIFF") && has_at(head, 8, "WEBP")) return read_webp(head);
  if (has_at(head, 0, "GIF87a") || has_at(head, 0, "GIF89a"))
    return Picture{
        "gif", "GIF", number(little_endian(head, 6, 2)), number(little_endian(head, 8, 2)), {}};
  if (has_at(head, 0, "BM") && has_at(head, 6, "\0\0\0\0"sv) && byte_at(head, 14) >= 40)
    return Picture{
        "bmp_pipe", "BMP picture", number(little_endian(head, 18, 4)), read_bmp_height(head), {}};
  if (has_at(head, 0, "II*\0"sv) || has_at(head, 0, "MM\0*"sv))
    return Picture{"tiff_pipe", "TIFF picture", 0, 0, {}};
  if (has_at(head, 0, "8BPS")) return Picture{"psd_pipe", "Photoshop picture", 0, 0, {}};
  if (has_at(head, 0, "\x76\x2f\x31\x01"sv))
    return Picture{"exr_pipe", "OpenEXR picture", 0, 0, {}};
  if (has_at(head, 0, "SDPX") || has_at(head, 0, "XPDS"))
    return Picture{"dpx_pipe", "DPX picture", 0, 0, {}};
  if (has_at(head, 0, "\0\0\0\x0cjP  "sv) || has_at(head, 0, "\xff\x4f\xff\x51"sv))
    return Picture{"j2k_pipe", "JPEG 2000 picture", 0, 0, {}};
  if (has_at(head, 0, "\xff\x0a"sv) || has_at(head, 0, "\0\0\0\x0cJXL "sv))
    return Picture{"jpegxl_pipe", "JPEG XL picture", 0, 0, {}};
  return std::nullopt;
}

bool is_impossible(std::int64_t width, std::int64_t height) {
  return width <= 0 || height <= 0 || width > kMaximumSide || height > kMaximumSide ||
         width * height > kMaximumPixels;
}

}  // namespace

std::optional<SniffResult> sniff_image(const SniffInput& input) {
  const std::optional<Picture> picture = read_picture(input.head);
  if (!picture) return std::nullopt;
  const bool has_header =
      picture->container == "png_pipe" || picture->container == "apng" || picture->width != 0;
  if (has_header && is_impossible(picture->width, picture->height))
    return tl::unexpected(refuse(
        "input_dimensions_invalid", "sniff_picture_size",
        fmt::format("{} says {} × {} pixels, we take {} million at most", picture->description,
                    picture->width, picture->height, kMaximumPixels / 1'000'000)));
  if (is_animated_webp(input.head))
    return tl::unexpected(
        refuse("decoder_missing", "sniff_animated_webp", "this is an animated WebP picture"));
  Sniff sniffed{.container = std::string(picture->container),
                .description = std::string(picture->description)};
  sniffed.is_still_image =
      sniffed.container != "gif" && sniffed.container != "apng" && sniffed.container != "webp_pipe";
  const bool has_end = picture->end_mark.empty() || input.tail.empty() ||
                       input.tail.find(picture->end_mark) != std::string_view::npos;
  if (!has_end) sniffed.cut_short = "the picture's end mark is missing";
  return SniffResult(std::move(sniffed));
}

}  // namespace mpegflow::probe
