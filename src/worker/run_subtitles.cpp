#include <fmt/format.h>

#include "core/package/webvtt.h"
#include "core/plan/task_params.h"
#include "worker/encoder_process.h"
#include "worker/piece_writer.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

/// Text of the longest films is a thousandth of this.
constexpr std::int64_t kMostBytes = 256 << 20;

}  // namespace

base::Result<TaskOutcome> run_subtitles(TaskRun& run) {
  const plan::SubtitleParams params = plan::parse_subtitle_params(run.params());
  const protocol::AssignedInput& input = run.input(params.input);
  ASSIGN_OR_RETURN(const base::Path path, run.inputs.open(input));
  run.inputs.start_hash(input);
  run.record.staged_us = run.now_us();

  EncoderCommand command;
  command.argv = params.argv;
  command.inputs = {{path, params.input_name}};
  command.capture_output = true;
  command.output_limit = kMostBytes;
  if (params.duration > 0) command.media_seconds = params.duration;
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  const retry::Finding finding = classify_run(run, "ffmpeg", done, command.argv);
  if (finding.bucket != retry::Bucket::none) return fail_with(finding);

  run.set_phase("verifying");
  const auto cues = package::parse_webvtt(done.process.stdout_text);
  run.record.verification_level = "structure";
  run.record.checks.push_back(base::json::object{
      {"name", "webvtt"},
      {"ok", cues.has_value()},
      {"expected", "cues with times"},
      {"found", cues ? fmt::format("{} cues", cues->size()) : cues.error().message}});
  run.record.verified_us = run.now_us();
  if (!cues) return fail_with(retry::make_finding("output_incomplete", "verify.webvtt"));

  TaskOutcome outcome;
  outcome.finding = finding;
  const auto segments =
      package::make_text_segments(*cues, params.segment_duration, params.duration);
  for (const package::TextSegment& segment : segments) {
    ASSIGN_OR_RETURN(OutputFile file,
                     write_output(run.folder / "out", params.folder + "/" + segment.name, "media",
                                  segment.bytes));
    outcome.outputs.push_back(std::move(file));
  }
  ASSIGN_OR_RETURN(OutputFile playlist,
                   write_output(run.folder / "out", params.folder + "/index.m3u8", "playlist",
                                package::make_text_playlist(segments)));
  outcome.outputs.push_back(std::move(playlist));
  outcome.result = {{"cues", static_cast<std::int64_t>(cues->size())},
                    {"segments", static_cast<std::int64_t>(segments.size())}};
  if (params.has_whole_file) {
    const std::string name = params.folder + "/subtitles.vtt";
    const std::string text = package::make_text_file(*cues);
    ASSIGN_OR_RETURN(OutputFile file, write_output(run.folder / "out", name, "media", text));
    outcome.outputs.push_back(std::move(file));
    outcome.result["file"] = name;
    outcome.result["file_bytes"] = static_cast<std::int64_t>(text.size());
  }
  ASSIGN_OR_RETURN(const std::string sha256, run.inputs.finish_hash(input));
  outcome.inputs.push_back({input.key, sha256, {}});
  run.record.inputs.push_back(
      base::json::object{{"key", input.key}, {"uri", input.uri}, {"sha256", sha256}});
  run.record.media_seconds = params.duration;
  return outcome;
}

}  // namespace mpegflow::worker
