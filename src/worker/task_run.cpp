#include "worker/task_run.h"

#include <algorithm>

#include "base/json.h"
#include "core/audit/redact.h"

namespace mpegflow::worker {

const protocol::AssignedInput& TaskRun::input(const std::string& key) const {
  const auto found = std::ranges::find(assignment.inputs, key, &protocol::AssignedInput::key);
  base::check(found != assignment.inputs.end(), "a task names inputs of its job");
  return *found;
}

base::json::object TaskRun::params() const {
  const auto value = base::parse_json(assignment.params, "task parameters");
  base::check(value.has_value() && value->is_object(), "task parameters are a record of ours");
  return value->get_object();
}

void TaskRun::set_phase(std::string phase) {
  progress.phase = std::move(phase);
  services.board.publish(progress);
}

void TaskRun::publish(protocol::TaskProgress news) {
  news.job = progress.job;
  news.task = progress.task;
  news.task_key = progress.task_key;
  news.fence = progress.fence;
  news.since = progress.since;
  news.phase = progress.phase;
  progress = std::move(news);
  services.board.publish(progress);
}

base::Result<void> TaskRun::save_record() {
  protocol::HeartbeatRequest beat{
      assignment.session, {{assignment.claim, base::to_canonical_json(audit::to_json(record))}}};
  beat.is_partial = true;
  const auto answer = services.protocol.heartbeat(beat);
  // Whether it may still run is for the lease to say; what it was is in the record of its end.
  if (!answer && answer.error().code == base::ErrorCode::store_failed) return {};
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->superseded.empty())
    return base::fail(base::ErrorCode::superseded, "the claim was superseded");
  if (!answer->cancelling.empty())
    return base::fail(base::ErrorCode::interrupted, "the job is being cancelled");
  return {};
}

TaskOutcome fail_with(retry::Finding finding) {
  TaskOutcome outcome;
  outcome.finding = std::move(finding);
  return outcome;
}

retry::Finding to_finding(const base::Error& error) {
  using base::ErrorCode;
  const auto reason = [&]() -> std::string_view {
    switch (error.code) {
      case ErrorCode::disk_full: return "disk_full";
      case ErrorCode::input_not_found: return "input_not_found";
      case ErrorCode::input_forbidden: return "input_forbidden";
      case ErrorCode::input_invalid: return "input_protocol_blocked";
      case ErrorCode::input_changed: return "input_changed";
      case ErrorCode::output_unwritable: return "output_unwritable";
      case ErrorCode::output_forbidden: return "output_forbidden";
      case ErrorCode::output_readonly: return "output_readonly";
      case ErrorCode::output_invalid: return "output_incomplete";
      case ErrorCode::ffmpeg_missing: return "binary_missing";
      case ErrorCode::process_failed: return "binary_not_executable";
      case ErrorCode::object_missing: return "stage_in_missing";
      case ErrorCode::io_failed: return "io_error";
      default: return "unrecognised";
    }
  }();
  retry::Finding finding =
      retry::make_finding(reason, "worker." + std::string(to_word(error.code)));
  // Ours names the place and the way out, which no sentence of a table can.
  finding.cause =
      error.code == ErrorCode::internal
          ? "A bug of mpegflow ended the attempt (" + error.message + "); the job will run again."
          : error.message;
  return finding;
}

}  // namespace mpegflow::worker
