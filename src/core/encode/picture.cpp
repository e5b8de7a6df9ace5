#include "core/encode/picture.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace mpegflow::encode {
namespace {

/// Exact and the same on every CPU.
constexpr std::string_view kScaler = "bicubic+accurate_rnd+full_chroma_int+bitexact";

/// White of SDR at 203 cd/m² (ITU-R BT.2408); what is below 0.7 of it stays as it is, up to 1000
/// cd/m² is pressed into the rest. The peak that files state is often wrong, so it has no say.
constexpr std::string_view kToneMap =
    ":t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
    "tonemap=tonemap=mobius:param=0.7:desat=0:peak=4.93,zscale=t=bt709:m=bt709:r=tv";

const Colors kHighDefinition = {"bt709", "bt709", "bt709", false};

std::int64_t to_even(double pixels) {
  return std::max<std::int64_t>(2, 2 * static_cast<std::int64_t>(std::llround(pixels / 2)));
}

/// A matrix that swscale knows by this name or does not know.
std::string_view swscale_name(std::string_view matrix) {
  if (matrix == "bt470bg" || matrix == "smpte170m") return "bt601";
  return matrix;
}

/// What zscale calls a transfer function, or the nearest that it knows.
std::string_view zscale_transfer(std::string_view transfer) {
  if (transfer == "gamma22") return "bt470m";
  if (transfer == "gamma28" || transfer == "smpte428") return "bt470bg";
  if (transfer == "smpte240m" || transfer == "bt1361e") return "bt709";
  return transfer;
}

/// The same of a matrix; those that it lacks belong to wide colours.
std::string_view zscale_matrix(std::string_view matrix) {
  return matrix == "ictcp" || matrix == "smpte2085" ? "bt2020nc" : matrix;
}

/// zscale is told what it has: frames often do not say.
std::string describe_source(const Colors& colors) {
  return fmt::format(",zscale=min={}:pin={}:tin={}:rin={}", zscale_matrix(colors.matrix),
                     colors.primaries, zscale_transfer(colors.transfer),
                     colors.is_full_range ? "pc" : "tv");
}

class Chain {
 public:
  void add(std::string_view filter) {
    if (!text_.empty()) text_ += ',';
    text_ += filter;
  }
  /// What begins with a comma or continues the last filter.
  void extend(std::string_view more) { text_ += more; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string tag_output(const Colors& colors, int depth) {
  return fmt::format(
      "setsar=1,format={},setparams=field_mode=prog:range=tv:color_primaries={}:color_trc={}:"
      "colorspace={}",
      depth > 8 ? "yuv420p10le" : "yuv420p", colors.primaries, colors.transfer, colors.matrix);
}

std::string scale_to(const PictureSize& size) {
  return fmt::format("scale={}:{}:flags={}", size.width, size.height, kScaler);
}

}  // namespace

PictureSize find_display_size(const probe::VideoStream& video) {
  double width = static_cast<double>(video.width);
  auto height = static_cast<double>(video.height);
  if (video.sample_aspect.is_known()) width *= video.sample_aspect.value();
  if (video.rotation == 90 || video.rotation == 270) std::swap(width, height);
  return {to_even(width), to_even(height)};
}

PictureSize fit_short_side(const PictureSize& source, std::int64_t short_side) {
  const auto width = static_cast<double>(source.width);
  const auto height = static_cast<double>(source.height);
  const auto side = static_cast<double>(short_side);
  if (source.width >= source.height) return {to_even(width * side / height), to_even(side)};
  return {to_even(side), to_even(height * side / width)};
}

Scan find_scan(const probe::VideoStream& video) {
  if (video.fields) {
    const probe::FieldCounts& fields = *video.fields;
    const std::int64_t interlaced = fields.top_first + fields.bottom_first;
    const std::int64_t all = interlaced + fields.progressive;
    if (all >= 4) {
      if (interlaced * 4 < all) return Scan::progressive;
      return fields.top_first >= fields.bottom_first ? Scan::top_first : Scan::bottom_first;
    }
  }
  // The first letter is the field that is stored first, the second the one that is shown first.
  if (video.field_order == "tt" || video.field_order == "bt") return Scan::top_first;
  if (video.field_order == "bb" || video.field_order == "tb") return Scan::bottom_first;
  return Scan::progressive;
}

PicturePlan plan_picture(const probe::VideoStream& video, const PictureSize& size,
                         const PictureTarget& target) {
  PicturePlan plan;
  Colors source = find_colors(video);
  const DynamicRange range = find_dynamic_range(video);
  bool is_rgb_now = is_rgb(video.pixel_format);
  const bool has_early_matrix = source.matrix == "smpte240m" && !is_rgb_now;
  plan.is_flattened = has_alpha(video);
  if (video.has_hidden_alpha && video.codec == "vp9") plan.decoder = "libvpx-vp9";
  if (video.has_hidden_alpha && video.codec == "vp8") plan.decoder = "libvpx";

  Chain chain;
  if (const Scan scan = find_scan(video); scan != Scan::progressive) {
    plan.is_deinterlaced = true;
    chain.add(fmt::format("bwdif=mode=send_frame:parity={}:deint=all",
                          scan == Scan::top_first ? "tff" : "bff"));
  }
  if (plan.is_flattened) {
    if (!is_rgb_now)
      chain.add(
          fmt::format("scale=in_color_matrix={}:flags={}", swscale_name(source.matrix), kScaler));
    chain.add("format=gbrap,premultiply=inplace=1,format=gbrp");
    if (are_common(source) || is_rgb_now) source = kHighDefinition;
    is_rgb_now = true;
  }

  chain.add(scale_to(size));
  // The matrix of early HDTV is known to this filter alone.
  if (has_early_matrix && !is_rgb_now) {
    chain.extend(":in_color_matrix=smpte240m:out_color_matrix=bt709");
    source.matrix = "bt709";
    if (source.primaries == "smpte240m") source.primaries = "smpte170m";
    if (source.transfer == "smpte240m") source.transfer = "bt709";
  }
  const bool is_hdr = range != DynamicRange::sdr;
  if (is_hdr && target.keeps_hdr) {
    plan.colors = {"bt2020nc", "bt2020", source.transfer, false};
    if (is_rgb_now) chain.extend(":out_color_matrix=bt2020:out_range=tv");
    else if (source.is_full_range) chain.extend(":in_range=pc:out_range=tv");
  } else if (is_hdr) {
    plan.is_tone_mapped = plan.needs_color_filters = true;
    if (is_rgb_now) source.matrix = "gbr";
    chain.extend(describe_source(source));
    chain.extend(kToneMap);
    plan.colors = kHighDefinition;
  } else if (!are_common(source) && !is_rgb_now) {
    plan.has_new_colors = plan.needs_color_filters = true;
    chain.extend(describe_source(source) + ":m=bt709:p=bt709:t=bt709:r=tv");
    plan.colors = kHighDefinition;
  } else if (is_rgb_now) {
    chain.extend(":out_color_matrix=bt709:out_range=tv");
    plan.colors = kHighDefinition;
  } else {
    if (source.is_full_range) chain.extend(":in_range=pc:out_range=tv");
    plan.colors = source;
    plan.colors.is_full_range = false;
  }
  chain.add(tag_output(plan.colors, target.depth));
  plan.filter = chain.take();
  return plan;
}

}  // namespace mpegflow::encode
