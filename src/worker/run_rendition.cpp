#include <cmath>

#include <fmt/format.h>

#include "core/package/find_fault.h"
#include "core/plan/task_params.h"
#include "core/probe/input_record.h"
#include "core/verify/verify_output.h"
#include "core/verify/verify_rendition.h"
#include "worker/encoder_process.h"
#include "worker/loudness_of.h"
#include "worker/measure_output.h"
#include "worker/measure_rendition.h"
#include "worker/piece_writer.h"
#include "worker/run_qc.h"
#include "worker/suspect_inputs.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

verify::Medium to_medium(package::TrackKind kind) {
  return kind == package::TrackKind::audio ? verify::Medium::audio : verify::Medium::video;
}

base::Result<probe::InputRecord> read_input_record(const protocol::AssignedInput& input) {
  base::check(input.probe.has_value(), "an input is probed before it is encoded");
  ASSIGN_OR_RETURN(const base::json::value value, base::parse_json(*input.probe, "input record"));
  return probe::parse_input_record(value.get_object());
}

/// What a rendition is made of, and how.
struct Making {
  const plan::EncodeParams& params;
  const probe::InputRecord& input;
  const std::vector<process::ReadOnlyFile>& sources;
};

verify::Verification verify(const plan::EncodeParams& params, const probe::InputRecord& input,
                            const verify::QcRules& rules, const EncoderRun& done,
                            const package::Summary& summary) {
  verify::Expectation expectation =
      verify::make_expectation(input.probe, input.sniff, to_medium(params.kind),
                               summary.codec.sample_rate, params.stream_index);
  if (rules.duration_tolerance > 0) expectation.tolerance = rules.duration_tolerance;
  expectation.hash_match = true;  // opened in place: there is no copy that could differ
  verify::RenditionFacts facts;
  facts.stats = encode::read_encode_stats(done.stderr_text);
  facts.progress = done.last_progress;
  facts.samples = package::count_samples(summary) - summary.silent_samples;
  facts.duration = package::find_duration(summary).value();
  if (!summary.segments.empty() && summary.timescale > 0)
    facts.start = static_cast<double>(summary.segments.front().start) /
                  static_cast<double>(summary.timescale);
  verify::Verification verification = verify::verify_rendition(expectation, facts);
  if (!verification.is_accepted()) return verification;

  package::Expectation shape;
  shape.start = std::nullopt;
  // Where frames are missing a segment begins with the next one that is there.
  const double missing =
      facts.duration * expectation.frame_rate - static_cast<double>(facts.samples);
  const double picture = expectation.frame_rate > 0 ? 1 / expectation.frame_rate : 0;
  shape.segment_tolerance = std::max(shape.segment_tolerance, picture);
  // Where a recording began anywhere, its key frames count from the first picture that can be
  // shown.
  const bool begins_as_planned =
      facts.start && std::abs(*facts.start - expectation.start) < shape.segment_tolerance;
  if (params.kind == package::TrackKind::video && params.has_constant_rate && begins_as_planned &&
      std::abs(missing) < 1)
    shape.segment_duration = params.segment_duration;
  const auto fault = package::find_fault(summary, shape);
  verification.checks.push_back(
      {"segments", !fault.has_value(), "every segment starts with a key frame, on time, no gap",
       fault.value_or(fmt::format("{} segments", summary.segments.size()))});
  if (fault) {
    verification.finding = retry::make_finding("output_incomplete", "verify.segments");
    verification.finding.evidence.push_back({0, *fault});
  }
  return verification;
}

/// What is made of the pictures or the sound of a rendition, put together for a look at it.
base::Result<void> look_at_rendition(TaskRun& run, const verify::QcRules& rules,
                                     const Making& making, const PieceWriter& writer,
                                     const package::Summary& summary,
                                     verify::Verification& verification) {
  if (!rules.needs_look()) return {};
  ASSIGN_OR_RETURN(const std::string name,
                   join_segments(run, writer.outputs(), verify::Thoroughness::whole));
  verify::QcSubject subject;
  subject.file = name;
  subject.container = "mov";
  subject.duration = package::find_duration(summary).value();
  subject.has_video = summary.kind == package::TrackKind::video;
  subject.has_audio = !subject.has_video;
  subject.width = summary.codec.width;
  subject.height = summary.codec.height;
  subject.frame_rate = package::find_frame_rate(summary).value();
  subject.source = making.params.input_name;
  subject.source_container = making.input.sniff.container;
  subject.source_stream = making.params.stream_index;
  auto looked = apply_qc(run, rules, subject, making.sources, verification);
  std::error_code ignored;
  std::filesystem::remove(run.folder / name, ignored);
  return looked;
}

}  // namespace

base::Result<TaskOutcome> run_rendition(TaskRun& run) {
  const plan::EncodeParams params = plan::parse_encode_params(run.params());
  const protocol::AssignedInput& input = run.input(params.input);
  ASSIGN_OR_RETURN(const base::Path path, run.inputs.open(input));
  ASSIGN_OR_RETURN(const probe::InputRecord known, read_input_record(input));
  run.inputs.start_hash(input);
  run.staged.push_back({path, input.sha256.value_or(""), false});
  run.record.staged_us = run.now_us();

  package::Segmenter segmenter(params.kind, {params.segment_duration, 1});
  PieceWriter writer(run.folder / "out", params.folder);
  EncoderCommand command;
  command.argv = params.argv;
  if (!params.loudness_task.empty()) {
    ASSIGN_OR_RETURN(const auto measured, loudness_of(run, params.loudness_task));
    command.argv = encode::fill_in_loudness(params.argv, measured, params.loudness);
  }
  command.inputs = {{path, params.input_name}};
  command.capture_output = true;
  command.media_seconds = known.probe.duration;
  command.on_output = [&](std::string_view bytes) -> base::Result<void> {
    ASSIGN_OR_RETURN(const auto pieces, segmenter.feed(bytes));
    return writer.write(pieces);
  };
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  ASSIGN_OR_RETURN(const retry::Finding finding,
                   suspect_inputs(run, classify_run(run, "ffmpeg", done, command.argv)));
  if (finding.bucket != retry::Bucket::none) return fail_with(finding);

  run.set_phase("verifying");
  const auto rest = segmenter.finish();
  const verify::QcRules rules = find_qc_rules(run);
  verify::Verification verification = verify(params, known, rules, done, segmenter.summary());
  if (rest && verification.is_accepted()) {
    RETURN_IF_ERROR(writer.write(*rest));
    ASSIGN_OR_RETURN(const auto decoded,
                     decode_segments(run, writer.outputs(), find_thoroughness(rules)));
    verify::add_decoded(verification, decoded, rules.max_decode_errors.value_or(0));
    if (verification.is_accepted())
      RETURN_IF_ERROR(look_at_rendition(run, rules, {params, known, command.inputs}, writer,
                                        segmenter.summary(), verification));
  }
  run.record.verified_us = run.now_us();
  write_down_verification(run, verification, "");
  if (!verification.is_accepted()) {
    ASSIGN_OR_RETURN(retry::Finding judged, suspect_inputs(run, verification.finding));
    return fail_with(std::move(judged));
  }
  if (!rest) return tl::unexpected(rest.error());

  TaskOutcome outcome;
  outcome.finding = verification.finding;
  ASSIGN_OR_RETURN(const std::string sha256, run.inputs.finish_hash(input));
  outcome.inputs.push_back({input.key, sha256, {}});
  run.record.inputs.push_back(base::json::object{
      {"key", input.key}, {"uri", input.uri}, {"sha256", sha256}, {"size", known.probe.size}});
  run.record.media_seconds = package::find_duration(segmenter.summary()).value();
  outcome.result = package::to_json(segmenter.summary());
  outcome.outputs = writer.take_outputs();
  return outcome;
}

}  // namespace mpegflow::worker
