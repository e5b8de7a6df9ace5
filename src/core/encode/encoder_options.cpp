#include "core/encode/encoder_options.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/encode/arguments.h"

namespace mpegflow::encode {
namespace {

Arguments cap_rate(const submit::RenditionSpec& rendition) {
  if (rendition.maxrate <= 0) return {};
  const std::int64_t bufsize =
      rendition.bufsize > 0 ? rendition.bufsize : rendition.maxrate * 3 / 2;
  return {"-maxrate", fmt::format("{}", rendition.maxrate), "-bufsize", fmt::format("{}", bufsize)};
}

/// A key frame at the first frame of each GOP of the time line, not after so many frames: streams
/// have holes and late starts. FFmpeg counts `t` from the first picture. With a constant rate
/// rounded times count as the ones that were meant, as far as the segmenter thinks so, too.
std::string force_key_frames(const Rhythm& rhythm) {
  const package::Rational& rate = rhythm.frame_rate;
  const double rounded = rhythm.is_constant_rate ? std::min(0.45 / rate.value(), 0.019) : 0.0005;
  const std::string slack = fmt::format("{:.6f}", rhythm.start + rounded);
  const std::string gops = rhythm.is_constant_rate
                               ? fmt::format("*{}/{}", rate.num, rhythm.gop_frames * rate.den)
                               : fmt::format("/{}", rhythm.gop_duration);
  return fmt::format(
      "expr:isnan(prev_forced_t)+gt(floor((t+{0}){1}),floor((prev_forced_t+{0}){1}))", slack, gops);
}

/// Key frames where they are asked for and nowhere else.
Arguments force_rhythm(const Rhythm& rhythm) {
  Arguments arguments = {"-g", "600"};
  if (rhythm.is_constant_rate)
    arguments = {"-g", fmt::format("{}", rhythm.gop_frames), "-keyint_min",
                 fmt::format("{}", rhythm.gop_frames)};
  append(arguments, {"-force_key_frames", force_key_frames(rhythm)});
  return arguments;
}

/// x265 takes whole numbers: steps of 0.00002 of a coordinate, and of 0.0001 cd/m².
std::string light_for_x265(const probe::LightMetadata& light) {
  std::string text;
  const auto point = [](const probe::MasteringDisplay::Point& at) {
    return fmt::format("({},{})", std::lround(at.x * 50'000), std::lround(at.y * 50'000));
  };
  if (const auto& display = light.display)
    text += fmt::format(":master-display=G{}B{}R{}WP{}L({},{})", point(display->green),
                        point(display->blue), point(display->red), point(display->white),
                        std::lround(display->most * 10'000), std::lround(display->least * 10'000));
  if (const auto& content = light.content)
    text += fmt::format(":max-cll={},{}", content->most, content->average);
  return text;
}

std::string light_for_svt_av1(const probe::LightMetadata& light) {
  std::string text;
  const auto point = [](const probe::MasteringDisplay::Point& at) {
    return fmt::format("({:.5f},{:.5f})", at.x, at.y);
  };
  if (const auto& display = light.display)
    text += fmt::format(":mastering-display=G{}B{}R{}WP{}L({:.4f},{:.4f})", point(display->green),
                        point(display->blue), point(display->red), point(display->white),
                        display->most, display->least);
  if (const auto& content = light.content)
    text += fmt::format(":content-light={},{}", content->most, content->average);
  return text;
}

Arguments use_x264(const submit::RenditionSpec& rendition, const Rhythm& rhythm) {
  Arguments arguments = {"-c:v",           "libx264", "-preset",
                         rendition.preset, "-crf",    fmt::format("{}", rendition.crf)};
  append(arguments, cap_rate(rendition));
  append(arguments, {"-threads", "1", "-sc_threshold", "0", "-flags", "+cgop"});
  append(arguments, force_rhythm(rhythm));
  return arguments;
}

/// Apple's players want the parameter sets in the sample entry and its name to say so: hvc1.
Arguments use_x265(const submit::RenditionSpec& rendition, const Rhythm& rhythm,
                   const probe::LightMetadata& light) {
  Arguments arguments = {"-c:v",           "libx265", "-preset",
                         rendition.preset, "-crf",    fmt::format("{}", rendition.crf)};
  append(arguments, cap_rate(rendition));
  append(arguments, {"-threads", "1", "-tag:v", "hvc1", "-forced-idr", "1"});
  append(arguments, force_rhythm(rhythm));
  std::string own = "log-level=warning:pools=1:frame-threads=1:scenecut=0:open-gop=0";
  if (rhythm.is_constant_rate) own += fmt::format(":keyint={0}:min-keyint={0}", rhythm.gop_frames);
  append(arguments, {"-x265-params", own + light_for_x265(light)});
  return arguments;
}

/// NVENC counts its presets, from p1, the fastest, to p7.
std::string_view to_nvenc_preset(std::string_view preset) {
  constexpr std::pair<std::string_view, std::string_view> kPresets[] = {
      {"ultrafast", "p1"}, {"superfast", "p1"}, {"veryfast", "p2"}, {"faster", "p3"},
      {"slow", "p5"},      {"slower", "p6"},    {"veryslow", "p7"}};
  for (const auto& [name, own] : kPresets)
    if (name == preset) return own;
  return "p4";
}

Arguments use_nvenc(const submit::RenditionSpec& rendition, const Rhythm& rhythm) {
  Arguments arguments = {"-c:v",    rendition.encoder,
                         "-preset", std::string(to_nvenc_preset(rendition.preset)),
                         "-rc",     "vbr",
                         "-cq",     fmt::format("{}", rendition.crf),
                         "-b:v",    "0"};
  append(arguments, cap_rate(rendition));
  if (rendition.codec == "hevc") append(arguments, {"-tag:v", "hvc1"});
  append(arguments, {"-forced-idr", "1", "-no-scenecut", "1", "-flags", "+cgop"});
  append(arguments, force_rhythm(rhythm));
  return arguments;
}

/// SVT-AV1 takes key frames from outside only when told to, and then with closed GOPs alone.
Arguments use_svt_av1(const submit::RenditionSpec& rendition, const Rhythm& rhythm,
                      const probe::LightMetadata& light) {
  Arguments arguments = {"-c:v",           "libsvtav1", "-preset",
                         rendition.preset, "-crf",      fmt::format("{}", rendition.crf)};
  append(arguments, cap_rate(rendition));
  append(arguments, force_rhythm(rhythm));
  append(arguments, {"-svtav1-params", "lp=1:irefresh-type=2:scd=0:enable-force-key-frames=1" +
                                           light_for_svt_av1(light)});
  return arguments;
}

}  // namespace

Arguments encoder_options(const submit::RenditionSpec& rendition, const Rhythm& rhythm,
                          const probe::LightMetadata& light) {
  if (rendition.encoder.ends_with("_nvenc")) return use_nvenc(rendition, rhythm);
  if (rendition.codec == "hevc") return use_x265(rendition, rhythm, light);
  if (rendition.codec == "av1") return use_svt_av1(rendition, rhythm, light);
  return use_x264(rendition, rhythm);
}

}  // namespace mpegflow::encode
