#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mpegflow::submit {

/// One source. `uri` is a file URI after reading (relative paths are resolved against the working
/// directory of the command).
struct InputSpec {
  std::string key = "main";
  std::string uri;

  bool operator==(const InputSpec&) const = default;
};

/// One rung of the ladder, encoded by its own task. The short side of the picture is `height` (so a
/// portrait source keeps its shape).
struct RenditionSpec {
  std::string key;          ///< "1080p"; folder name and task key
  std::int64_t height = 0;  ///< pixels, even
  std::string codec = "h264";
  std::string preset = "veryfast";  ///< of the encoder
  double crf = 22;                  ///< 0–51
  std::int64_t maxrate = 0;         ///< bit/s, 0 = none
  std::int64_t bufsize = 0;         ///< bits, 0 = 1.5 × maxrate
  std::string need = "required";    ///< optional: without it the job is partial; best_effort
  std::string encoder = {};         ///< of FFmpeg, empty = the software one of the codec
  std::string fallback = {};        ///< the one to take where no worker has that; empty = none

  bool operator==(const RenditionSpec&) const = default;
};

struct AudioSpec {
  bool enabled = true;
  std::string codec = "aac";
  std::int64_t bitrate = 128'000;  ///< bit/s
  std::int64_t channels = 2;
  std::int64_t sample_rate = 48'000;  ///< Hz

  bool operator==(const AudioSpec&) const = default;
};

struct PackagingSpec {
  std::string format = "hls";
  std::string container = "fmp4";
  double segment_duration = 6;  ///< seconds, asked for; a whole number of GOPs in fact
  double gop_duration = 2;      ///< seconds, asked for; a whole number of frames in fact
  bool dash = false;            ///< also an MPD over the same segments
  bool iframes = false;         ///< also playlists of the key frames alone
  bool publish_early = false;   ///< once what is required is there, and again at the end

  bool operator==(const PackagingSpec&) const = default;
};

/// One picture that stands for the film.
struct PosterSpec {
  bool enabled = false;
  double at = -1;             ///< seconds; below 0 = a tenth of the film, at most a minute
  std::int64_t height = 720;  ///< pixels of the short side, at most those of the source

  bool operator==(const PosterSpec&) const = default;
};

/// Small pictures of the whole film on sheets, with a WebVTT track that says which is where.
struct SpritesSpec {
  bool enabled = false;
  double interval = 0;       ///< seconds between two pictures; 0 = some hundred in all
  std::int64_t height = 90;  ///< pixels of the short side of one
  std::int64_t columns = 10, rows = 10;

  bool operator==(const SpritesSpec&) const = default;
};

/// Loudness by EBU R 128: measured first, then brought to the target as a whole.
struct LoudnessSpec {
  bool enabled = false;
  double target = -23;    ///< LUFS
  double true_peak = -1;  ///< dBTP that is not exceeded
  double range = 20;      ///< LU that are left as they are

  bool operator==(const LoudnessSpec&) const = default;
};

/// A task with raw FFmpeg arguments. In `args`, {input.KEY} stands for an input of the job,
/// {task.KEY.NAME} for the output NAME of a task that is needed, {output.NAME} for an output of
/// this task, {outputs} for the folder in which all that FFmpeg leaves is an output; nothing else
/// on the machine can be seen by it but `files`: by their names in the working folder the inputs of
/// the job ("KEY") and what needed tasks have left ("TASK/NAME"; a name that ends with '*' stands
/// for all that begin so, on both sides). What is given as a file alone is neither probed nor
/// guarded.
struct RawTaskSpec {
  std::string key;
  std::vector<std::string> args;                  ///< without the program name
  std::vector<std::string> needs;                 ///< keys of tasks
  std::map<std::string, std::string> files = {};  ///< name in its folder → input or TASK/NAME
  std::map<std::string, std::string> texts = {};  ///< name in its folder → content

  bool operator==(const RawTaskSpec&) const = default;
};

/// Limits of each task; 0 = the default of the machine.
struct LimitsSpec {
  std::int64_t memory = 0;  ///< bytes per task
  double timeout = 0;       ///< seconds per attempt

  bool operator==(const LimitsSpec&) const = default;
};

/// A task that has waited longer than `after` goes to another lane or pool, once; 0 = never.
struct HopSpec {
  double after = 0;  ///< seconds
  std::string lane;  ///< one of the two
  std::string pool;

  bool operator==(const HopSpec&) const = default;
};

/// What is allowed of one kind of trouble (core/retry/policy.h).
struct RetryBudgetSpec {
  std::int64_t max = 0;
  double base = 0;    ///< seconds
  double cap = 0;     ///< seconds
  double jitter = 1;  ///< 0–1, the part of a wait that is drawn at random
  std::string next_pool = {};
  double total_wall = 0;  ///< seconds since the task first ran, 0 = no end
  std::string then = "dead";

  bool operator==(const RetryBudgetSpec&) const = default;
};

/// How often, when and where a task is tried again, by the kind of trouble.
struct RetrySpec {
  RetryBudgetSpec transient = {.max = 5, .base = 5, .cap = 600};
  RetryBudgetSpec memory = {.max = 2, .base = 5, .cap = 60};
  RetryBudgetSpec operational = {.max = 3, .base = 15, .cap = 600, .then = "hold"};
  RetryBudgetSpec room = {.max = 1, .base = 2, .cap = 2, .then = "hold"};
  RetryBudgetSpec lost = {.max = 20, .base = 1, .cap = 60};
  double total_wall = 0;
  std::int64_t poison_hosts = 3;

  bool operator==(const RetrySpec&) const = default;
};

/// LUFS, integrated over the whole; 0 = no bound.
struct LoudnessBounds {
  double min = 0;
  double max = 0;

  bool operator==(const LoudnessBounds&) const = default;
};

/// The quality rules that the outputs are held against before they are committed; 0 = not asked.
struct QcSpec {
  std::string on_fail = "fail";
  double duration_tolerance = 0;  ///< seconds
  bool whole_decode = false;
  std::int64_t max_decode_errors = -1;  ///< -1 = as built in
  double max_black = 0;                 ///< seconds in one piece
  double max_silence = 0;
  double max_freeze = 0;
  LoudnessBounds loudness;
  double min_ssim = 0;  ///< 0–1
  double min_psnr = 0;  ///< dB

  bool operator==(const QcSpec&) const = default;
};

/// What a user asks for, checked and complete: defaults and ladder names are already expanded.
struct JobSpec {
  std::int64_t version = 1;
  std::string name;
  std::string lane = "vod";
  std::int64_t priority = 50;  ///< 0–100, higher first
  std::string start_after;     ///< "600s" from the submit on, or RFC 3339 in UTC; empty = at once
  HopSpec hop;
  std::string external_id;
  std::string idempotency_key;
  std::map<std::string, std::string> labels;
  std::vector<InputSpec> inputs;
  std::string ladder;         ///< the preset it was expanded from ("hls-h264@1"), or empty
  std::string ladder_sha256;  ///< of that preset's file
  std::vector<RenditionSpec> renditions;  ///< highest first
  AudioSpec audio;
  PackagingSpec packaging;
  LoudnessSpec loudness;
  PosterSpec poster;
  SpritesSpec sprites;
  std::vector<RawTaskSpec> tasks;
  std::string output_uri;  ///< file URI of the folder or file that is published
  LimitsSpec limits;
  RetrySpec retry;
  QcSpec qc;

  bool operator==(const JobSpec&) const = default;
};

/// Whether it is a job of renditions (or of audio alone), not of raw tasks.
inline bool makes_renditions(const JobSpec& spec) {
  return !spec.renditions.empty() || !spec.ladder.empty();
}

}  // namespace mpegflow::submit
