#include <algorithm>

#include "core/plan/task_params.h"
#include "core/probe/input_record.h"
#include "worker/encoder_process.h"
#include "worker/loudness_of.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

base::Result<std::optional<encode::Loudness>> loudness_of(const TaskRun& run,
                                                          const std::string& key) {
  const auto found = std::ranges::find(run.assignment.parents, key, &protocol::AssignedParent::key);
  base::check(found != run.assignment.parents.end(), "who wants a loudness needs who measured it");
  ASSIGN_OR_RETURN(const base::json::value value, base::parse_json(found->result, "result"));
  return encode::parse_loudness(value.get_object());
}

base::Result<TaskOutcome> measure_loudness(TaskRun& run) {
  const plan::MeasureParams params = plan::parse_measure_params(run.params());
  const protocol::AssignedInput& input = run.input(params.input);
  ASSIGN_OR_RETURN(const base::Path path, run.inputs.open(input));
  run.inputs.start_hash(input);
  run.record.staged_us = run.now_us();
  EncoderCommand command;
  command.argv = params.argv;
  command.inputs = {{path, params.input_name}};
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  const retry::Finding finding = classify_run(run, "ffmpeg", done, command.argv);
  if (finding.bucket != retry::Bucket::none) return fail_with(finding);
  const std::optional<encode::Loudness> measured = encode::read_loudness(done.stderr_text);
  run.record.verified_us = run.now_us();
  run.record.verification_level = "none";
  TaskOutcome outcome;
  outcome.finding = finding;
  ASSIGN_OR_RETURN(const std::string sha256, run.inputs.finish_hash(input));
  outcome.inputs.push_back({input.key, sha256, {}});
  outcome.result = encode::to_json(measured);
  return outcome;
}

}  // namespace mpegflow::worker
