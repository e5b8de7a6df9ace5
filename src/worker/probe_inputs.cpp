#include "core/plan/task_params.h"
#include "worker/encoder_process.h"
#include "worker/probe_input.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

base::Result<Ffprobed> run_ffprobe(TaskRun& run, const std::vector<std::string>& argv,
                                   const process::ReadOnlyFile& file) {
  EncoderCommand command;
  command.argv = argv;
  command.inputs = {file};
  command.capture_output = true;
  command.output_limit = 16 << 20;
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  if (done.is_ok()) return Ffprobed(done.process.stdout_text);
  return Ffprobed(tl::unexpected(classify_run(run, "ffprobe", done, argv)));
}

base::Result<Looked> run_look(TaskRun& run, const std::vector<std::string>& argv,
                              const process::ReadOnlyFile& file) {
  EncoderCommand command;
  command.argv = argv;
  command.inputs = {file};
  command.capture_output = true;
  command.output_limit = 16 << 20;
  command.is_main = false;
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  return Looked{done.process.stdout_text, done.stderr_text};
}

}  // namespace

base::Result<TaskOutcome> probe_inputs(TaskRun& run) {
  const plan::ProbeParams params = plan::parse_probe_params(run.params());
  TaskOutcome outcome;
  for (const std::string& key : params.inputs) {
    const protocol::AssignedInput& input = run.input(key);
    ASSIGN_OR_RETURN(const base::Path path, run.inputs.open(input));
    run.record.staged_us = run.now_us();
    const bool is_source = params.needs_video && key == params.inputs.front();
    ASSIGN_OR_RETURN(
        auto probed,
        probe_input(
            {path, "in/" + key}, {is_source, false},
            [&](const auto& argv, const auto& file) { return run_ffprobe(run, argv, file); },
            [&](const auto& argv, const auto& file) { return run_look(run, argv, file); }));
    if (!probed) return fail_with(std::move(probed.error()));
    run.record.verified_us = run.now_us();
    outcome.inputs.push_back({key, {}, base::to_canonical_json(probe::to_json(*probed))});
    outcome.result[key] = probe::to_json(probed->probe);
    // The encoders will want it: hash beside the first of them, not after.
    run.inputs.start_hash(input);
  }
  run.record.verification_level = "none";
  return outcome;
}

}  // namespace mpegflow::worker
