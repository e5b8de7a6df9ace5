#include "core/plan/plan.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "core/encode/loudness.h"
#include "core/encode/sound.h"
#include "core/plan/notes.h"
#include "core/plan/picture_tasks.h"
#include "core/plan/raw_tasks.h"
#include "core/plan/requirements.h"
#include "core/plan/task_params.h"
#include "core/plan/tracks.h"

namespace mpegflow::plan {
namespace {

// CPU seconds per output megapixel of x264 veryfast, as kDecodeSecondsPerMegapixel.
constexpr double kEncodeSecondsPerMegapixel = 0.0109;
constexpr double kAudioSecondsPerSecond = 0.04;

PlannedTask plan_probe(const submit::JobSpec& spec) {
  ProbeParams params;
  params.inputs = probed_inputs(spec);
  params.needs_video = !spec.renditions.empty();
  PlannedTask task;
  task.key = "probe";
  task.kind = queue::TaskKind::probe;
  task.params = to_json(params);
  return task;
}

/// Of the workers that reach the outputs' places: whoever works beside the server is in it, a
/// worker elsewhere is not.
constexpr const char* kDeliverPool = "deliver";

PlannedTask plan_delivery(const submit::JobSpec& spec, std::vector<std::string> needs) {
  PlannedTask task;
  task.key = "publish";
  task.kind = queue::TaskKind::deliver;
  task.pool = kDeliverPool;
  task.needs = std::move(needs);
  task.params = to_json(DeliverParams{spec.output_uri, leaves_all(spec)});
  return task;
}

std::int64_t to_us(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e6);
}

double frames_of(const probe::VideoStream& video, double duration) {
  if (video.frames) return static_cast<double>(*video.frames);
  return duration * (video.average_frame_rate.is_known() ? video.average_frame_rate.value() : 25);
}

/// Rungs that would enlarge the picture are dropped; a source smaller than all of them keeps its
/// own size in the place of the smallest rung of each codec.
std::vector<submit::RenditionSpec> fitting_renditions(const submit::JobSpec& spec,
                                                      const encode::PictureSize& source) {
  const std::int64_t short_side = std::min(source.width, source.height);
  std::vector<submit::RenditionSpec> fitting;
  for (const submit::RenditionSpec& rendition : spec.renditions)
    if (rendition.height <= short_side) fitting.push_back(rendition);
  if (!fitting.empty()) return fitting;
  for (const submit::RenditionSpec& rendition : spec.renditions) {
    const auto is_smaller = [&](const submit::RenditionSpec& other) {
      return other.codec == rendition.codec && other.height < rendition.height;
    };
    const auto is_there = [&](const submit::RenditionSpec& other) {
      return other.codec == rendition.codec;
    };
    if (std::ranges::any_of(spec.renditions, is_smaller) || std::ranges::any_of(fitting, is_there))
      continue;
    fitting.push_back(rendition);
    fitting.back().height = short_side;
    fitting.back().key = fmt::format("{}p", short_side);
  }
  for (submit::RenditionSpec& rendition : fitting)
    if (fitting.size() > 1 && rendition.codec != "h264") rendition.key += "-" + rendition.codec;
  return fitting;
}

struct Source {
  const submit::InputSpec& input;
  const probe::Probe& probe;
  std::string name;
  double duration;
};

/// The rendition by its other encoder.
submit::RenditionSpec use_fallback(const submit::RenditionSpec& rendition) {
  submit::RenditionSpec other = rendition;
  other.encoder = rendition.fallback;
  return other;
}

PlannedTask plan_rendition(const Source& source, const probe::VideoStream& video,
                           const submit::RenditionSpec& rendition, const encode::Rhythm& rhythm,
                           const encode::EncoderFacts& encoder) {
  EncodeParams params;
  params.input = source.input.key;
  params.input_name = source.name;
  params.folder = rendition.key;
  params.kind = package::TrackKind::video;
  params.stream_index = video.index;
  params.segment_duration = rhythm.segment_duration;
  params.has_constant_rate = rhythm.is_constant_rate;
  params.argv =
      encode::make_video_command(source.probe, video, rendition, rhythm, encoder, source.name);
  if (!rendition.fallback.empty())
    params.fallback = {rendition.fallback,
                       encode::make_video_command(source.probe, video, use_fallback(rendition),
                                                  rhythm, encoder, source.name)};
  const encode::PictureSize size =
      encode::fit_short_side(encode::find_display_size(video), rendition.height);
  const double frames = frames_of(video, source.duration);
  const double out_megapixels = static_cast<double>(size.width * size.height) / 1e6;
  const double in_megapixels = static_cast<double>(video.width * video.height) / 1e6;
  PlannedTask task;
  task.key = rendition.key;
  task.kind = queue::TaskKind::encode;
  task.needs = {"probe"};
  task.group_key = "video:" + source.input.key;
  task.expected_cpu_us = to_us(frames * (out_megapixels * kEncodeSecondsPerMegapixel +
                                         in_megapixels * kDecodeSecondsPerMegapixel));
  task.expected_bytes =
      static_cast<std::int64_t>(static_cast<double>(rendition.maxrate) * source.duration / 8);
  task.params = to_json(params);
  task.need = queue::parse_need(rendition.need).value_or(queue::Need::required);
  return task;
}

/// One progressive file of a rendition with its audio; nullptr: audio alone. `notes` are those of
/// the job, if this is the task that has them.
PlannedTask plan_file(const Source& source, const encode::FileSources& streams,
                      const submit::JobSpec& spec, const submit::RenditionSpec* rendition,
                      const encode::Rhythm& rhythm, const encode::EncoderFacts& encoder,
                      std::vector<std::string> notes) {
  const std::string key = rendition != nullptr ? rendition->key : "audio";
  FfmpegParams params;
  params.inputs = {{source.name, source.input.key}};
  params.outputs = {key + (rendition != nullptr ? ".mp4" : ".m4a")};
  params.notes = std::move(notes);
  const auto make_command = [&](const submit::RenditionSpec* how) {
    auto argv = encode::make_file_command(streams, how, spec.audio, rhythm, encoder,
                                          "out/" + params.outputs.front());
    if (streams.audio == nullptr || !spec.loudness.enabled) return argv;
    return encode::expect_loudness(std::move(argv),
                                   encode::plan_sound(*streams.audio, spec.audio).channels);
  };
  params.argv = make_command(rendition);
  if (rendition != nullptr && !rendition->fallback.empty()) {
    const submit::RenditionSpec other = use_fallback(*rendition);
    params.fallback = {rendition->fallback, make_command(&other)};
  }
  if (streams.audio != nullptr && spec.loudness.enabled) {
    params.loudness_task = "loudness";
    params.loudness = spec.loudness;
  }
  PlannedTask task;
  if (streams.video != nullptr && rendition != nullptr)
    task = plan_rendition(source, *streams.video, *rendition, rhythm, encoder);
  task.key = key;
  task.kind = queue::TaskKind::encode;
  task.needs = {"probe"};
  if (!params.loudness_task.empty()) task.needs.push_back(params.loudness_task);
  if (streams.audio != nullptr)
    task.expected_cpu_us += to_us(source.duration * kAudioSecondsPerSecond);
  task.params = to_json(params);
  return task;
}

PlannedTask plan_measurement(const Source& source, const probe::AudioStream& audio,
                             const std::string& key, const submit::JobSpec& spec) {
  MeasureParams params;
  params.input = source.input.key;
  params.input_name = source.name;
  params.argv =
      encode::make_measure_command(source.probe, audio, spec.audio, spec.loudness, source.name);
  PlannedTask task;
  task.key = key;
  task.kind = queue::TaskKind::qc;
  task.needs = {"probe"};
  task.expected_cpu_us = to_us(source.duration * kAudioSecondsPerSecond);
  task.params = to_json(params);
  return task;
}

/// The task that measures the loudness of a rendition of sound.
std::string loudness_key(const std::string& audio_key) {
  return audio_key == "audio" ? "loudness" : "loudness-" + audio_key;
}

PlannedTask plan_audio(const Source& source, const probe::AudioStream& audio,
                       const std::string& key, const submit::JobSpec& job,
                       const encode::Rhythm& rhythm, const encode::EncoderFacts& encoder) {
  const submit::AudioSpec& spec = job.audio;
  EncodeParams params;
  params.input = source.input.key;
  params.input_name = source.name;
  params.folder = key;
  params.kind = package::TrackKind::audio;
  params.stream_index = audio.index;
  params.segment_duration = rhythm.segment_duration;
  params.argv = encode::make_audio_command(source.probe, audio, spec, encoder, source.name);
  if (job.loudness.enabled) {
    params.argv =
        encode::expect_loudness(std::move(params.argv), encode::plan_sound(audio, spec).channels);
    params.loudness_task = loudness_key(key);
    params.loudness = job.loudness;
  }
  PlannedTask task;
  task.key = key;
  task.kind = queue::TaskKind::encode;
  task.needs = {"probe"};
  if (!params.loudness_task.empty()) task.needs.push_back(params.loudness_task);
  task.expected_cpu_us = to_us(source.duration * kAudioSecondsPerSecond);
  task.expected_bytes =
      static_cast<std::int64_t>(static_cast<double>(spec.bitrate) * source.duration / 8);
  task.params = to_json(params);
  return task;
}

PlannedTask plan_subtitles(const Source& source, const probe::SubtitleStream& stream,
                           const std::string& key, const submit::PackagingSpec& packaging,
                           const encode::Rhythm& rhythm, double duration) {
  SubtitleParams params;
  params.input = source.input.key;
  params.input_name = source.name;
  params.folder = key;
  params.stream_index = stream.index;
  params.segment_duration = rhythm.segment_duration;
  params.duration = duration;
  params.argv = encode::make_subtitle_command(source.probe, stream, source.name);
  params.has_whole_file = packaging.dash;
  PlannedTask task;
  task.key = key;
  task.kind = queue::TaskKind::encode;
  task.needs = {"probe"};
  task.params = to_json(params);
  task.need = queue::Need::best_effort;  // no broken text keeps a film from its viewers
  return task;
}

/// Keys that a rendition of sound or text must not have.
std::vector<std::string> taken_keys(const submit::JobSpec& spec,
                                    const std::vector<PlannedTask>& tasks) {
  std::vector<std::string> keys;
  for (const submit::RawTaskSpec& task : spec.tasks) keys.push_back(task.key);
  for (const PlannedTask& task : tasks) keys.push_back(task.key);
  return keys;
}

/// The master and its playlists, of those of `tasks` that are needed for sure or of all.
PlannedTask plan_manifest(const submit::JobSpec& spec, const ManifestParams& all,
                          const std::vector<PlannedTask>& tasks, bool only_required) {
  ManifestParams params = all;
  params.dash = spec.packaging.dash;
  params.iframes = spec.packaging.iframes;
  PlannedTask manifest;
  manifest.key = only_required ? "manifest-early" : "manifest";
  manifest.kind = queue::TaskKind::manifest;
  for (const PlannedTask& task : tasks) {
    if (task.kind != queue::TaskKind::encode) continue;
    if (only_required && task.need != queue::Need::required) {
      std::erase(params.renditions, task.key);
      std::erase_if(params.subtitles,
                    [&](const TrackParams& track) { return track.key == task.key; });
    } else {
      manifest.needs.push_back(task.key);
    }
  }
  // What is said of the source is said once.
  if (only_required) params.notes.clear();
  manifest.params = to_json(params);
  return manifest;
}

bool are_all_required(const std::vector<PlannedTask>& tasks) {
  return std::ranges::all_of(
      tasks, [](const PlannedTask& task) { return task.need == queue::Need::required; });
}

/// Manifest and delivery of segments; twice, if what is required is to appear before the rest.
void plan_publishing(const submit::JobSpec& spec, const ManifestParams& params,
                     std::vector<PlannedTask>& tasks) {
  const bool is_early = spec.packaging.publish_early && !are_all_required(tasks) &&
                        std::ranges::any_of(tasks, [](const PlannedTask& task) {
                          return task.kind == queue::TaskKind::encode && !task.group_key.empty() &&
                                 task.need == queue::Need::required;
                        });
  std::vector<PlannedTask> last = {plan_manifest(spec, params, tasks, false)};
  std::vector<std::string> needs = {"manifest"};
  for (const PlannedTask& task : tasks)
    if (task.kind == queue::TaskKind::thumbnails) needs.push_back(task.key);
  if (is_early) {
    PlannedTask early = plan_manifest(spec, params, tasks, true);
    PlannedTask publish = plan_delivery(spec, {early.key});
    publish.key = "publish-early";
    needs.push_back(publish.key);
    last.insert(last.begin(), {std::move(early), std::move(publish)});
  }
  last.push_back(plan_delivery(spec, std::move(needs)));
  std::ranges::move(last, std::back_inserter(tasks));
}

/// `source`: what the commands read, nullptr if nobody has looked yet.
void require_what_is_named(std::vector<PlannedTask>& tasks, const probe::Probe* source) {
  for (PlannedTask& task : tasks) {
    std::vector<std::string> argv;
    for (const auto& word : base::array_or(task.params, "argv"))
      if (word.is_string()) argv.emplace_back(word.get_string());
    task.requirements = find_requirements(argv);
    if (source != nullptr) task.requirements.merge(find_requirements_of_input(argv, *source));
  }
}

}  // namespace

std::string input_name_of(const submit::InputSpec& input) {
  const std::size_t dot = input.uri.find_last_of("./");
  std::string extension;
  if (dot != std::string::npos && input.uri[dot] == '.') extension = input.uri.substr(dot + 1);
  const bool is_plain =
      !extension.empty() && extension.size() <= 5 && std::ranges::all_of(extension, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0;
      });
  return "in/" + input.key + (is_plain ? "." + extension : "");
}

std::string derive_task_id(const std::string& job_id, const std::string& key) {
  return base::derive_id(job_id + "/" + key);
}

std::vector<PlannedTask> plan_static(const submit::JobSpec& spec) {
  std::vector<PlannedTask> tasks;
  if (needs_probe(spec)) tasks.push_back(plan_probe(spec));
  std::ranges::move(plan_raw_tasks(spec), std::back_inserter(tasks));
  if (!submit::makes_renditions(spec)) {
    std::vector<std::string> needs;
    for (const submit::RawTaskSpec& task : spec.tasks) needs.push_back(task.key);
    tasks.push_back(plan_delivery(spec, std::move(needs)));
  }
  require_what_is_named(tasks, nullptr);
  return tasks;
}

tl::expected<std::vector<PlannedTask>, retry::Finding> plan_expansion(
    const submit::JobSpec& spec, const Probes& probes, const encode::EncoderFacts& encoder) {
  if (!submit::makes_renditions(spec)) return std::vector<PlannedTask>{};
  const submit::InputSpec& input = spec.inputs.front();
  const probe::Probe& found = probes.at(input.key);
  const probe::VideoStream* video = probe::find_main_video(found);
  if (video == nullptr && !spec.renditions.empty())
    return tl::unexpected(retry::make_finding("stream_missing", "plan.no_video"));
  const probe::AudioStream* audio = spec.audio.enabled ? probe::find_main_audio(found) : nullptr;
  if (audio == nullptr && spec.renditions.empty())
    return tl::unexpected(retry::make_finding("stream_missing", "plan.no_audio"));
  const Source source{input, found, input_name_of(input), found.duration.value_or(0)};
  const encode::Rhythm rhythm = spec.renditions.empty()
                                    ? encode::plan_audio_rhythm(spec.packaging)
                                    : encode::plan_rhythm(found, *video, spec.packaging);
  const bool needs_filters = std::ranges::any_of(spec.renditions, [&](const auto& rendition) {
    return encode::plan_picture(*video, {2, 2}, encode::find_target(rendition, *video))
        .needs_color_filters;
  });
  if (needs_filters && !encoder.can_convert_colors)
    return tl::unexpected(retry::make_finding("filter_unavailable", "plan.no_color_filters"));
  std::vector<submit::RenditionSpec> renditions;
  if (!spec.renditions.empty())
    renditions = fitting_renditions(spec, encode::find_display_size(*video));

  std::vector<PlannedTask> tasks;
  if (spec.packaging.format == "mp4") {
    if (audio != nullptr && spec.loudness.enabled)
      tasks.push_back(plan_measurement(source, *audio, "loudness", spec));
    const encode::FileSources streams{found, renditions.empty() ? nullptr : video, audio,
                                      source.name};
    std::vector<std::string> notes = make_notes(spec, found, rhythm);
    for (const submit::RenditionSpec& rendition : renditions)
      tasks.push_back(
          plan_file(source, streams, spec, &rendition, rhythm, encoder, std::exchange(notes, {})));
    if (renditions.empty())
      tasks.push_back(plan_file(source, streams, spec, nullptr, rhythm, encoder, std::move(notes)));
    if (video != nullptr)
      std::ranges::move(plan_pictures(spec, input, found, *video), std::back_inserter(tasks));
    std::vector<std::string> needs;
    for (const PlannedTask& task : tasks) needs.push_back(task.key);
    tasks.push_back(plan_delivery(spec, std::move(needs)));
    require_what_is_named(tasks, &found);
    return tasks;
  }
  ManifestParams manifest;
  for (const submit::RenditionSpec& rendition : renditions) {
    tasks.push_back(plan_rendition(source, *video, rendition, rhythm, encoder));
    manifest.renditions.push_back(rendition.key);
  }
  if (audio != nullptr)
    for (const ChosenTrack& chosen : choose_audio(found, taken_keys(spec, tasks))) {
      const probe::AudioStream& stream = *probe::find_audio(found, chosen.stream_index);
      const std::string& key = chosen.track.key;
      if (spec.loudness.enabled)
        tasks.push_back(plan_measurement(source, stream, loudness_key(key), spec));
      tasks.push_back(plan_audio(source, stream, key, spec, rhythm, encoder));
      manifest.audio.push_back(chosen.track);
    }
  if (!renditions.empty()) {
    const double end = probe::find_offset(found, video->start) +
                       video->duration.value_or(found.duration.value_or(0));
    for (const ChosenTrack& chosen : choose_subtitles(found, taken_keys(spec, tasks))) {
      const auto stream =
          std::ranges::find(found.subtitles, chosen.stream_index, &probe::SubtitleStream::index);
      tasks.push_back(
          plan_subtitles(source, *stream, chosen.track.key, spec.packaging, rhythm, end));
      manifest.subtitles.push_back(chosen.track);
    }
  }
  manifest.notes = make_notes(spec, found, rhythm);
  if (video != nullptr)
    std::ranges::move(plan_pictures(spec, input, found, *video), std::back_inserter(tasks));
  plan_publishing(spec, manifest, tasks);
  require_what_is_named(tasks, &found);
  return tasks;
}

}  // namespace mpegflow::plan
