#include "core/encode/encode_command.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "core/encode/arguments.h"
#include "core/encode/encoder_options.h"
#include "core/encode/open_input.h"
#include "core/encode/sound.h"
#include "core/encode/time_line.h"

namespace mpegflow::encode {
namespace {

/// `-fps_mode` is known from 5.1 on; `-vsync` before.
Arguments keep_every_frame(const EncoderFacts& encoder) {
  const bool has_fps_mode =
      std::pair(encoder.version_major, encoder.version_minor) >= std::pair(5, 1);
  return {has_fps_mode ? "-fps_mode" : "-vsync", "passthrough"};
}

/// How far the steadiest stream's average may lie from its rate: MP4 counts exactly, others guess
/// from the first seconds.
double find_tolerance(const std::string& container) {
  return container == "mov" ? 0.0002 : 0.005;
}

/// Containers that count milliseconds or nanoseconds lead FFmpeg to fractions like 19001/317.
probe::Rational to_usual_rate(const probe::Rational& rate) {
  constexpr std::array<std::int64_t, 10> kUsual = {12, 15, 24, 25, 30, 48, 50, 60, 100, 120};
  constexpr double kSame = 1e-5;
  for (const std::int64_t whole : kUsual)
    for (const probe::Rational usual : {probe::Rational{whole, 1}, {whole * 1000, 1001}})
      if (std::abs(rate.value() - usual.value()) < kSame * usual.value()) return usual;
  return rate;
}

/// The rate of a steady stream. Of fields the container may count both.
std::optional<probe::Rational> find_constant_rate(const probe::Probe& probe,
                                                  const probe::VideoStream& video) {
  if (!video.frame_rate.is_known() || !video.average_frame_rate.is_known()) return std::nullopt;
  const double average = video.average_frame_rate.value();
  const double tolerance = find_tolerance(probe.container);
  probe::Rational rate = video.frame_rate;
  if (std::abs(rate.value() - 2 * average) <= tolerance * average) {
    if (rate.num % 2 == 0) rate.num /= 2;
    else rate.den *= 2;
  }
  if (rate.value() > 240 || std::abs(average - rate.value()) > tolerance * rate.value())
    return std::nullopt;
  return to_usual_rate(rate);
}

/// The clock of the encoder. A constant rate counts frames, so that times that a container has
/// rounded come out even; a late start that is no whole number of frames needs finer steps. Where
/// FFmpeg shows the pictures before their time, the filter moves them to it.
struct FrameClock {
  std::string filter;  ///< after the others, or empty
  Arguments arguments;
};

FrameClock plan_clock(const probe::Probe& probe, const probe::VideoStream& video,
                      const Rhythm& rhythm) {
  const double early = video.shown_early;
  if (!rhythm.is_constant_rate)
    return {early == 0 ? "" : fmt::format("setpts=PTS+round({:.6f}/TB)", early),
            {"-enc_time_base", "-1"}};
  const package::Rational& rate = rhythm.frame_rate;
  const double late = probe::find_offset(probe, video.start) * rate.value();
  if (early == 0 && std::abs(late - std::round(late)) < 0.02)
    return {"", {"-enc_time_base", fmt::format("{}/{}", rate.den, rate.num)}};
  const std::int64_t times = std::max<std::int64_t>(1, (9'999 + rate.num) / rate.num);
  const std::int64_t step = rate.den * times;
  const std::int64_t ticks = std::llround(early * static_cast<double>(rate.num * times));
  return {fmt::format("settb=1/{0},setpts=STARTPTS+{2}{1}*round((PTS-STARTPTS)/{1})",
                      rate.num * times, step, ticks == 0 ? "" : fmt::format("{}+", ticks)),
          {"-enc_time_base", fmt::format("1/{}", rate.num * times)}};
}

/// From the filters to the key frames.
Arguments make_video_encoding(const probe::Probe& probe, const probe::VideoStream& video,
                              const PicturePlan& picture, const submit::RenditionSpec& rendition,
                              const Rhythm& rhythm, const EncoderFacts& encoder) {
  const FrameClock clock = plan_clock(probe, video, rhythm);
  Arguments arguments = {
      "-filter:v", clock.filter.empty() ? picture.filter : picture.filter + "," + clock.filter};
  append(arguments, keep_every_frame(encoder));
  append(arguments, clock.arguments);
  const bool is_hdr10 = picture.colors.transfer == "smpte2084";
  append(arguments,
         encoder_options(rendition, rhythm, is_hdr10 ? video.light : probe::LightMetadata{}));
  return arguments;
}

PicturePlan plan_rung(const probe::VideoStream& video, const submit::RenditionSpec& rendition) {
  return plan_picture(video, fit_short_side(find_display_size(video), rendition.height),
                      find_target(rendition, video));
}

Arguments make_audio_encoding(const probe::AudioStream& audio, const submit::AudioSpec& spec) {
  const SoundPlan sound = plan_sound(audio, spec);
  return {"-filter:a", sound.filter,
          "-c:a",      spec.codec,
          "-b:a",      fmt::format("{}", spec.bitrate),
          "-ac",       fmt::format("{}", sound.channels),
          "-ar",       fmt::format("{}", sound.sample_rate)};
}

}  // namespace

EncoderFacts read_encoder_facts(const std::string& version, const std::string& record) {
  EncoderFacts facts;
  (void)std::sscanf(version.c_str(), "%d.%d", &facts.version_major, &facts.version_minor);
  const auto value = base::parse_json(record, "encoder");
  if (!value || !value->is_object() || !value->get_object().contains("filters")) return facts;
  const base::json::array filters = base::array_or(value->get_object(), "filters");
  const auto has = [&](std::string_view name) {
    return std::ranges::find(filters, base::json::value(name)) != filters.end();
  };
  facts.can_convert_colors = has("zscale") && has("tonemap");
  return facts;
}

PictureTarget find_target(const submit::RenditionSpec& rendition, const probe::VideoStream& video) {
  const bool can_keep = rendition.codec == "hevc" || rendition.codec == "av1";
  const bool is_hdr = find_dynamic_range(video) != DynamicRange::sdr;
  return can_keep && is_hdr ? PictureTarget{10, true} : PictureTarget{};
}

Rhythm plan_rhythm(const probe::Probe& probe, const probe::VideoStream& video,
                   const submit::PackagingSpec& packaging) {
  Rhythm rhythm;
  rhythm.gop_duration = packaging.gop_duration;
  rhythm.start = probe::find_offset(probe, video.start);
  const std::int64_t gops_per_segment =
      std::max<std::int64_t>(1, std::llround(packaging.segment_duration / packaging.gop_duration));
  const auto rate = find_constant_rate(probe, video);
  rhythm.is_constant_rate = rate.has_value();
  if (rate) {
    rhythm.frame_rate = *rate;
    rhythm.gop_frames =
        std::max<std::int64_t>(1, std::llround(rate->value() * packaging.gop_duration));
    rhythm.segment_duration = {rhythm.gop_frames * gops_per_segment * rate->den, rate->num};
  } else {
    const auto gop_ms = static_cast<std::int64_t>(std::llround(packaging.gop_duration * 1000));
    rhythm.segment_duration = {gop_ms * gops_per_segment, 1000};
  }
  return rhythm;
}

Rhythm plan_audio_rhythm(const submit::PackagingSpec& packaging) {
  Rhythm rhythm;
  rhythm.segment_duration = {std::llround(packaging.segment_duration * 1000), 1000};
  return rhythm;
}

Arguments make_video_command(const probe::Probe& probe, const probe::VideoStream& video,
                             const submit::RenditionSpec& rendition, const Rhythm& rhythm,
                             const EncoderFacts& encoder, const std::string& input_name) {
  const PicturePlan picture = plan_rung(video, rendition);
  Arguments arguments = open_input(probe, input_name, {}, name_decoder(video, picture));
  append(arguments, {"-map", fmt::format("0:{}", video.index), "-an", "-sn", "-dn"});
  append(arguments, make_video_encoding(probe, video, picture, rendition, rhythm, encoder));
  append(arguments, {"-map_metadata", "-1", "-bitexact"});
  append(arguments, package::muxer_arguments(package::TrackKind::video));
  arguments.emplace_back("pipe:1");
  append(arguments, keep_time_line(probe, video.index));
  return arguments;
}

Arguments make_audio_command(const probe::Probe& probe, const probe::AudioStream& audio,
                             const submit::AudioSpec& spec, const EncoderFacts& /*encoder*/,
                             const std::string& input_name) {
  Arguments arguments = open_input(probe, input_name);
  append(arguments, {"-map", fmt::format("0:{}", audio.index), "-vn", "-sn", "-dn"});
  append(arguments, make_audio_encoding(audio, spec));
  append(arguments, {"-map_metadata", "-1", "-bitexact"});
  append(arguments, package::muxer_arguments(package::TrackKind::audio));
  arguments.emplace_back("pipe:1");
  append(arguments, keep_time_line(probe, audio.index));
  return arguments;
}

Arguments make_file_command(const FileSources& sources, const submit::RenditionSpec* rendition,
                            const submit::AudioSpec& audio, const Rhythm& rhythm,
                            const EncoderFacts& encoder, const std::string& output) {
  const bool has_picture = sources.video != nullptr && rendition != nullptr;
  const PicturePlan picture = has_picture ? plan_rung(*sources.video, *rendition) : PicturePlan{};
  Arguments arguments =
      open_input(sources.probe, sources.input_name, {},
                 has_picture ? name_decoder(*sources.video, picture) : Arguments{});
  if (sources.video != nullptr)
    append(arguments, {"-map", fmt::format("0:{}", sources.video->index)});
  if (sources.audio != nullptr)
    append(arguments, {"-map", fmt::format("0:{}", sources.audio->index)});
  append(arguments, {"-sn", "-dn"});
  if (has_picture)
    append(arguments, make_video_encoding(sources.probe, *sources.video, picture, *rendition,
                                          rhythm, encoder));
  if (sources.audio != nullptr) append(arguments, make_audio_encoding(*sources.audio, audio));
  append(arguments, {"-map_metadata", "-1", "-bitexact", "-map_chapters", "-1", "-write_tmcd", "0",
                     "-f", "mp4", "-movflags", "+faststart", output});
  return arguments;
}

Arguments make_subtitle_command(const probe::Probe& probe, const probe::SubtitleStream& subtitles,
                                const std::string& input_name) {
  Arguments arguments = open_input(probe, input_name);
  append(arguments, {"-map", fmt::format("0:{}", subtitles.index), "-vn", "-an", "-dn"});
  append(arguments, {"-c:s", "webvtt", "-map_metadata", "-1", "-bitexact", "-f", "webvtt"});
  arguments.emplace_back("pipe:1");
  append(arguments, keep_time_line(probe, subtitles.index));
  return arguments;
}

}  // namespace mpegflow::encode
