#include "core/plan/notes.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/encode/picture.h"
#include "core/encode/sound.h"
#include "core/plan/tracks.h"

namespace mpegflow::plan {
namespace {

using Notes = std::vector<std::string>;

/// An offset or a difference that somebody could notice.
constexpr double kNoticeable = 0.1;

void note_choice(const probe::Probe& probe, const probe::VideoStream& video, Notes& notes) {
  const auto covers = std::ranges::count(probe.video, true, &probe::VideoStream::is_cover_art);
  const auto moving = static_cast<std::ptrdiff_t>(probe.video.size()) - covers;
  if (moving > 1)
    notes.push_back(fmt::format("of {} video streams number {} was taken ({} × {})", moving,
                                video.index, video.width, video.height));
  if (covers > 0) notes.emplace_back("the cover picture is left out");
}

void note_shape(const probe::VideoStream& video, Notes& notes) {
  if (video.rotation != 0) notes.push_back(fmt::format("rotated by {}°", video.rotation));
  const encode::PictureSize shown = encode::find_display_size(video);
  const probe::Rational& aspect = video.sample_aspect;
  if (aspect.is_known() && aspect.num != aspect.den)
    notes.push_back(fmt::format("pixels of {}:{} made square: {} × {} is shown as {} × {}",
                                aspect.num, aspect.den, video.width, video.height, shown.width,
                                shown.height));
  else if (video.width % 2 != 0 || video.height % 2 != 0)
    notes.push_back(fmt::format("{} × {} made even", video.width, video.height));
}

void note_rungs(const submit::JobSpec& spec, const probe::VideoStream& video, Notes& notes) {
  const encode::PictureSize shown = encode::find_display_size(video);
  const std::int64_t lines = std::min(shown.width, shown.height);
  const std::string why = shown.width >= shown.height ? fmt::format("has {} lines", lines)
                                                      : fmt::format("is {} wide", lines);
  std::string dropped;
  for (const submit::RenditionSpec& rendition : spec.renditions)
    if (rendition.height > lines) dropped += (dropped.empty() ? "" : ", ") + rendition.key;
  if (dropped.empty()) return;
  const bool has_none = std::ranges::none_of(
      spec.renditions, [&](const submit::RenditionSpec& one) { return one.height <= lines; });
  notes.push_back(has_none ? fmt::format("the source {}: it keeps its size", why)
                           : fmt::format("no {} rung: the source {}", dropped, why));
}

void note_scan(const probe::VideoStream& video, Notes& notes) {
  const encode::Scan scan = encode::find_scan(video);
  const bool is_marked = !video.field_order.empty() && video.field_order != "progressive" &&
                         video.field_order != "unknown";
  if (scan != encode::Scan::progressive)
    notes.push_back(fmt::format("interlaced, {} field first: deinterlaced (bwdif)",
                                scan == encode::Scan::top_first ? "top" : "bottom"));
  else if (is_marked) notes.emplace_back("marked as interlaced, but it is not: left as it is");
}

void note_rate(const encode::Rhythm& rhythm, Notes& notes) {
  if (!rhythm.is_constant_rate)
    notes.emplace_back("variable frame rate: every frame keeps its time");
}

std::string_view name_range(encode::DynamicRange range) {
  return range == encode::DynamicRange::pq ? "HDR10 (PQ)" : "HLG";
}

void note_colors(const submit::JobSpec& spec, const probe::VideoStream& video, Notes& notes) {
  const encode::DynamicRange range = encode::find_dynamic_range(video);
  bool is_mapped = false, is_kept = false, is_reduced = false, has_new = false, is_flat = false;
  for (const submit::RenditionSpec& rendition : spec.renditions) {
    const encode::PictureTarget target = encode::find_target(rendition, video);
    const encode::PicturePlan plan = encode::plan_picture(video, {2, 2}, target);
    is_mapped |= plan.is_tone_mapped;
    is_kept |= range != encode::DynamicRange::sdr && target.keeps_hdr;
    is_reduced |= encode::find_depth(video.pixel_format) > target.depth;
    has_new |= plan.has_new_colors;
    is_flat |= plan.is_flattened;
  }
  if (is_mapped) notes.push_back(fmt::format("{} tone-mapped to SDR", name_range(range)));
  if (is_kept) notes.push_back(fmt::format("{} kept in HEVC and AV1", name_range(range)));
  if (has_new)
    notes.push_back(
        fmt::format("colours of {} brought to BT.709", encode::find_colors(video).primaries));
  if (encode::find_colors(video).is_full_range)
    notes.emplace_back("full range brought to limited range");
  if (is_flat) notes.emplace_back("alpha flattened on black");
  if (is_reduced && !is_mapped)
    notes.push_back(fmt::format("{} bits brought to 8", encode::find_depth(video.pixel_format)));
  for (const std::string_view chroma : {"422", "444", "440", "411"})
    if (video.pixel_format.find(chroma) != std::string::npos &&
        video.pixel_format.starts_with("yuv"))
      notes.push_back(fmt::format("colour of 4:{}:{} brought to 4:2:0", chroma[1], chroma[2]));
}

std::string describe_layout(const probe::AudioStream& audio) {
  const std::string layout = audio.channel_layout.substr(0, audio.channel_layout.find('('));
  return layout.empty() ? fmt::format("{} channels", audio.channels) : layout;
}

void note_sound(const submit::AudioSpec& spec, const probe::AudioStream& audio,
                const std::string& name, Notes& notes) {
  const encode::SoundPlan plan = encode::plan_sound(audio, spec);
  const std::string_view into = plan.channels == 1   ? "mono"
                                : plan.channels == 2 ? "stereo"
                                                     : "fewer channels";
  if (plan.is_mixed_down)
    notes.push_back(fmt::format("{}{} sound mixed down to {}", name, describe_layout(audio), into));
  if (audio.has_empty_packets)
    notes.push_back(name + "sound timed by its samples: empty packets spoil its time stamps");
  if (plan.is_mono_doubled) notes.push_back(name + "mono sound on both sides");
  if (plan.takes_first_two)
    notes.push_back(fmt::format("{}the first two of {} channels: nothing says where they belong",
                                name, audio.channels));
  if (audio.sample_rate > 0 && audio.sample_rate != plan.sample_rate)
    notes.push_back(fmt::format("{}sound resampled from {} to {} Hz", name, audio.sample_rate,
                                plan.sample_rate));
}

bool makes_files(const submit::JobSpec& spec) {
  return spec.packaging.format == "mp4";
}

void note_offset(const submit::JobSpec& spec, const probe::Probe& probe,
                 const probe::VideoStream& video, const probe::AudioStream& audio, Notes& notes) {
  const double video_start = probe::find_offset(probe, video.start);
  const double audio_start = probe::find_offset(probe, audio.start);
  if (audio_start - video_start > kNoticeable)
    notes.push_back(fmt::format("the sound begins {:.2f} s after the picture{}",
                                audio_start - video_start,
                                makes_files(spec) ? ", as in the source" : ": silence before it"));
  if (video_start - audio_start > kNoticeable)
    notes.push_back(
        fmt::format("the picture begins {:.2f} s after the sound", video_start - audio_start));
  else if (video.shown_early > 0)
    notes.push_back(fmt::format(
        "cut in the middle of a picture: the first whole one comes {:.0f} ms after the sound",
        1000 * video.shown_early));
  if (!video.duration || !audio.duration) return;
  const double difference = audio_start + *audio.duration - video_start - *video.duration;
  if (std::abs(difference) > 2 * kNoticeable)
    notes.push_back(fmt::format("the sound ends {:.1f} s {} the picture", std::abs(difference),
                                difference < 0 ? "before" : "after"));
}

std::string list_names(const std::vector<ChosenTrack>& chosen) {
  std::string names;
  for (const ChosenTrack& one : chosen) names += (names.empty() ? "" : ", ") + one.track.name;
  return names;
}

/// `video` is null where the sound is all that is made.
void note_all_sound(const submit::JobSpec& spec, const probe::Probe& probe,
                    const probe::VideoStream* video, Notes& notes) {
  if (!spec.audio.enabled) return;
  std::vector<ChosenTrack> chosen = choose_audio(probe, {});
  if (chosen.empty()) return notes.emplace_back("the source has no sound"), void();
  if (makes_files(spec) && chosen.size() > 1) {
    notes.push_back(fmt::format("of {} streams of sound one was taken: {}", chosen.size(),
                                chosen.front().track.name));
    chosen.resize(1);
  }
  if (chosen.size() > 1)
    notes.push_back(fmt::format("{} renditions of sound: {}", chosen.size(), list_names(chosen)));
  for (const ChosenTrack& one : chosen)
    note_sound(spec.audio, *probe::find_audio(probe, one.stream_index),
               chosen.size() > 1 ? one.track.name + ": " : "", notes);
  if (spec.loudness.enabled)
    notes.push_back(fmt::format("loudness brought to {} LUFS (EBU R 128)", spec.loudness.target));
  if (video != nullptr)
    note_offset(spec, probe, *video, *probe::find_audio(probe, chosen.front().stream_index), notes);
}

void note_subtitles(const submit::JobSpec& spec, const probe::Probe& probe, Notes& notes) {
  const auto all = static_cast<std::ptrdiff_t>(probe.subtitles.size());
  const auto pictures = std::ranges::count_if(
      probe.subtitles, [](const probe::SubtitleStream& stream) { return !is_text(stream); });
  const bool takes_text = !makes_files(spec) && !spec.renditions.empty();
  if (const auto chosen = choose_subtitles(probe, {}); !chosen.empty() && takes_text)
    notes.push_back("subtitles as WebVTT: " + list_names(chosen));
  const std::ptrdiff_t left_out = takes_text ? pictures : all;
  if (left_out > 0)
    notes.push_back(fmt::format("{} subtitle stream{} left out{}", left_out,
                                left_out == 1 ? "" : "s", takes_text ? ": no text" : ""));
}

void note_rest(const probe::Probe& probe, Notes& notes) {
  if (probe.other_streams > 0)
    notes.push_back(fmt::format("{} stream{} of data or time code left out", probe.other_streams,
                                probe.other_streams == 1 ? "" : "s"));
}

}  // namespace

std::vector<std::string> make_notes(const submit::JobSpec& spec, const probe::Probe& probe,
                                    const encode::Rhythm& rhythm) {
  Notes notes;
  const probe::VideoStream* video = probe::find_main_video(probe);
  if (spec.renditions.empty()) {
    if (video != nullptr) notes.emplace_back("the picture is left out: the job makes sound alone");
    video = nullptr;
  }
  if (video != nullptr) {
    note_choice(probe, *video, notes);
    note_shape(*video, notes);
    note_rungs(spec, *video, notes);
    note_scan(*video, notes);
    note_rate(rhythm, notes);
    note_colors(spec, *video, notes);
  }
  note_all_sound(spec, probe, video, notes);
  note_subtitles(spec, probe, notes);
  note_rest(probe, notes);
  return notes;
}

}  // namespace mpegflow::plan
