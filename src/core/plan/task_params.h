#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "core/package/segmenter.h"
#include "core/package/sprite_track.h"
#include "core/plan/fallback.h"
#include "core/submit/job_spec.h"

namespace mpegflow::plan {

/// What a task is to do, as values; kept as JSON on its row. One struct per kind.

struct ProbeParams {
  std::vector<std::string> inputs;  ///< keys, in the order of the spec
  bool needs_video = false;         ///< the plan will encode pictures of the first input

  bool operator==(const ProbeParams&) const = default;
};

struct EncodeParams {
  std::string input;       ///< key
  std::string input_name;  ///< in the working folder: "in/main.mp4"
  std::string folder;      ///< of the output: "1080p"
  package::TrackKind kind = package::TrackKind::video;
  int stream_index = 0;  ///< in the container
  package::Rational segment_duration;
  bool has_constant_rate = true;
  std::vector<std::string> argv;
  /// Audio that is brought to a loudness: the task that measured it, and what is wanted.
  std::string loudness_task;
  submit::LoudnessSpec loudness;
  std::optional<Fallback> fallback = {};

  bool operator==(const EncodeParams&) const = default;
};

/// Text of the source as WebVTT.
struct SubtitleParams {
  std::string input;       ///< key
  std::string input_name;  ///< in the working folder
  std::string folder;      ///< of the output: "subtitles-en"
  int stream_index = 0;
  package::Rational segment_duration;
  double duration = 0;  ///< seconds of the pictures, 0 = unknown
  std::vector<std::string> argv;
  bool has_whole_file = false;  ///< beside the segments, for DASH

  bool operator==(const SubtitleParams&) const = default;
};

/// A rendition of sound or text as players are told of it.
struct TrackParams {
  std::string key;       ///< of the task, and folder name
  std::string name;      ///< for people: "English"
  std::string language;  ///< RFC 5646, empty if unknown
  bool is_default = false;
  bool is_autoselect = false;   ///< a player may choose it by itself, by language
  bool is_forced = false;       ///< text alone: shown although nobody asked for subtitles
  std::string characteristics;  ///< of HLS, empty for none

  bool operator==(const TrackParams&) const = default;
};

struct ManifestParams {
  std::vector<std::string> renditions;  ///< keys of encode tasks, highest first
  std::vector<TrackParams> audio;       ///< the main one first
  std::vector<TrackParams> subtitles;
  std::vector<std::string> notes;  ///< for people: what is done to picture and sound, and why
  bool dash = false;               ///< also manifest.mpd
  bool iframes = false;            ///< also I-frame playlists

  bool operator==(const ManifestParams&) const = default;
};

/// A command that writes files itself: a raw one, or one of ours. Placeholders are resolved: inputs
/// by their names in the working folder, outputs as "out/NAME".
struct FfmpegParams {
  std::vector<std::string> argv;
  std::map<std::string, std::string> inputs;  ///< name in the working folder → input key
  std::map<std::string, std::string> needed;  ///< name in the working folder → "TASK/NAME"
  std::vector<std::string> outputs;           ///< names
  std::string folder;                         ///< below the job's output, "" = at its top
  /// The outputs are sheets of these, as many as there are, and a track that we write.
  std::optional<package::SpriteSheets> sprites = {};
  std::string loudness_task = {};  ///< as in EncodeParams
  submit::LoudnessSpec loudness = {};
  bool takes_all = false;                 ///< everything below out/ is an output
  std::vector<std::string> folders = {};  ///< below out/, there before FFmpeg begins
  std::vector<std::string> notes = {};    ///< as in ManifestParams, where there is no manifest
  std::optional<Fallback> fallback = {};
  std::map<std::string, std::string> texts = {};  ///< name in the working folder → content

  bool operator==(const FfmpegParams&) const = default;
};

/// Measures the loudness of the audio.
struct MeasureParams {
  std::string input;       ///< key
  std::string input_name;  ///< in the working folder
  std::vector<std::string> argv;

  bool operator==(const MeasureParams&) const = default;
};

struct DeliverParams {
  std::string target_uri;
  /// The target is a folder of others, whose files stay: only files are put into it.
  bool adds = false;

  bool operator==(const DeliverParams&) const = default;
};

base::json::object to_json(const ProbeParams& params);
base::json::object to_json(const EncodeParams& params);
base::json::object to_json(const SubtitleParams& params);
base::json::object to_json(const TrackParams& params);
base::json::object to_json(const ManifestParams& params);
base::json::object to_json(const FfmpegParams& params);
base::json::object to_json(const MeasureParams& params);
base::json::object to_json(const DeliverParams& params);

ProbeParams parse_probe_params(const base::json::object& record);
EncodeParams parse_encode_params(const base::json::object& record);
/// Encode tasks of text and those of pictures and sound have the same kind of task.
bool is_subtitle_params(const base::json::object& record);
SubtitleParams parse_subtitle_params(const base::json::object& record);
TrackParams parse_track_params(const base::json::object& record);
ManifestParams parse_manifest_params(const base::json::object& record);
FfmpegParams parse_ffmpeg_params(const base::json::object& record);
MeasureParams parse_measure_params(const base::json::object& record);
DeliverParams parse_deliver_params(const base::json::object& record);

/// Whether an encode task writes files itself (FfmpegParams) or segments through us (EncodeParams).
bool writes_files(const base::json::object& record);

}  // namespace mpegflow::plan
