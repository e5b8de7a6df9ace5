#include "core/probe/assess.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

using Verdict = std::optional<retry::Finding>;

constexpr double kHour = 3600;

Verdict check_streams(const Probe& probe, InputNeeds needs) {
  if (probe.video.empty() && probe.audio.empty())
    return refuse("input_no_streams", "probe_no_streams", "");
  if (needs.video && find_main_video(probe) == nullptr)
    return refuse("stream_missing", "probe_no_video",
                  probe.video.empty() ? "there is sound but no video"
                                      : "there is sound and a cover picture but no moving picture");
  if (needs.audio && probe.audio.empty())
    return refuse("stream_missing", "probe_no_audio", "there is video but no sound");
  return std::nullopt;
}

bool is_encrypted_tag(std::string_view tag) {
  return tag == "encv" || tag == "enca";
}

Verdict check_encryption(const Probe& probe, const Sniff& sniff, InputNeeds needs) {
  const VideoStream* video = find_main_video(probe);
  const AudioStream* audio = find_main_audio(probe);
  const bool is_encrypted = sniff.is_encrypted ||
                            (needs.video && video != nullptr && is_encrypted_tag(video->tag)) ||
                            (needs.audio && audio != nullptr && is_encrypted_tag(audio->tag));
  if (!is_encrypted) return std::nullopt;
  return refuse("input_encrypted", "probe_encrypted", "");
}

Verdict check_codec(std::string_view kind, std::string_view codec, std::string_view tag) {
  if (!codec.empty() && codec != "none" && codec != "unknown") return std::nullopt;
  return refuse("decoder_missing", "probe_unknown_codec",
                fmt::format("the {} is marked \"{}\"", kind, base::to_printable(tag)));
}

Verdict check_codecs(const Probe& probe, InputNeeds needs) {
  const VideoStream* video = find_main_video(probe);
  const AudioStream* audio = find_main_audio(probe);
  if (needs.video && video != nullptr)
    if (auto verdict = check_codec("video", video->codec, video->tag)) return verdict;
  if (needs.audio && audio != nullptr) return check_codec("audio", audio->codec, audio->tag);
  return std::nullopt;
}

Verdict check_dimensions(const Probe& probe, InputNeeds needs) {
  const VideoStream* video = find_main_video(probe);
  if (!needs.video || video == nullptr) return std::nullopt;
  if (video->width < 0 || video->height < 0 || video->width > kMaximumSide ||
      video->height > kMaximumSide || video->width * video->height > kMaximumPixels)
    return refuse("input_dimensions_invalid", "probe_dimensions",
                  fmt::format("{} × {} pixels, we take {} million at most", video->width,
                              video->height, kMaximumPixels / 1'000'000));
  return std::nullopt;
}

Verdict check_audio_parameters(const Probe& probe, InputNeeds needs) {
  const AudioStream* audio = find_main_audio(probe);
  if (!needs.audio || audio == nullptr) return std::nullopt;
  if (audio->sample_rate < 0 || audio->sample_rate > 6'144'000 || audio->channels < 0 ||
      audio->channels > 1024)
    return refuse("input_parameters_invalid", "probe_audio_parameters",
                  fmt::format("{} channels at {} Hz", audio->channels, audio->sample_rate));
  return std::nullopt;
}

Verdict timestamps(std::string rule, const std::string& seen) {
  return refuse("input_timestamps_broken", std::move(rule), seen);
}

/// The stated rate holds all times of the stream, so the frames cannot need longer than the stream
/// lasts. (Interlaced streams may count fields: hence the factor.)
Verdict check_frames_fit(const VideoStream& video) {
  if (!video.frames || !video.duration || !video.frame_rate.is_known()) return std::nullopt;
  const double least = static_cast<double>(*video.frames) / video.frame_rate.value();
  if (least <= 4 * *video.duration + 10) return std::nullopt;
  return timestamps("probe_frames_outlast_stream",
                    fmt::format("{} frames at {} per second cannot fit into {} s", *video.frames,
                                video.frame_rate.value(), *video.duration));
}

/// One frame may stand for an hour of sound, but then the sound lasts as long.
Verdict check_streams_agree(const Probe& probe, const VideoStream& video) {
  const AudioStream* audio = find_main_audio(probe);
  if (audio == nullptr || !video.duration || !audio->duration) return std::nullopt;
  const double longer = std::max(*video.duration, *audio->duration);
  const double shorter = std::min(*video.duration, *audio->duration);
  if (longer < kHour || shorter <= 0 || longer < 100 * shorter) return std::nullopt;
  return timestamps("probe_streams_contradict",
                    fmt::format("the video lasts {:.0f} s, the sound {:.0f} s", *video.duration,
                                *audio->duration));
}

/// Matroska's length may be counted from 0 though its time begins later, as in the pieces of a long
/// recording.
double without_lead(const Probe& probe, double duration) {
  return probe.container == "matroska" ? duration - std::max(0.0, probe.start.value_or(0))
                                       : duration;
}

/// Less than 100 bit/s for more than an hour is no recording: somewhere the time jumps.
Verdict check_density(const Probe& probe, const VideoStream& video) {
  const double duration =
      without_lead(probe, std::max(probe.duration.value_or(0), video.duration.value_or(0)));
  if (duration < kHour || probe.size <= 0) return std::nullopt;
  if (static_cast<double>(probe.size) * 8 / duration >= 100) return std::nullopt;
  return timestamps("probe_time_gap",
                    fmt::format("{} say they last {:.1f} hours", base::to_human_bytes(probe.size),
                                duration / kHour));
}

/// A steady stream whose frames would have to stand for minutes each.
Verdict check_frame_gap(const Probe& probe, const VideoStream& video) {
  if (!video.frames || *video.frames < 2 || !video.duration || !video.frame_rate.is_known())
    return std::nullopt;
  const double duration = without_lead(probe, *video.duration);
  const double each = duration / static_cast<double>(*video.frames);
  if (duration < 12 * kHour || each < 60 || each * video.frame_rate.value() < 1000)
    return std::nullopt;
  return timestamps("probe_frames_far_apart",
                    fmt::format("{} frames at {} per second say they last {:.1f} hours",
                                *video.frames, video.frame_rate.value(), duration / kHour));
}

Verdict check_timestamps(const Probe& probe, InputNeeds needs) {
  const VideoStream* video = find_main_video(probe);
  if (!needs.video || video == nullptr) return std::nullopt;
  if (auto verdict = check_frames_fit(*video)) return verdict;
  if (auto verdict = check_streams_agree(probe, *video)) return verdict;
  if (auto verdict = check_frame_gap(probe, *video)) return verdict;
  return check_density(probe, *video);
}

}  // namespace

std::optional<retry::Finding> assess_probe(const Probe& probe, const Sniff& sniff,
                                           InputNeeds needs) {
  if (auto verdict = check_streams(probe, needs)) return verdict;
  if (auto verdict = check_encryption(probe, sniff, needs)) return verdict;
  if (auto verdict = check_codecs(probe, needs)) return verdict;
  if (auto verdict = check_dimensions(probe, needs)) return verdict;
  if (auto verdict = check_audio_parameters(probe, needs)) return verdict;
  if (auto verdict = check_timestamps(probe, needs)) return verdict;
  if (sniff.is_surely_cut)
    return refuse("input_truncated", "probe_cut_short", sniff.cut_short.value_or(""));
  return std::nullopt;
}

}  // namespace mpegflow::probe
