#include "worker/run_task.h"

#include <exception>
#include <functional>

#include <fmt/format.h>

#include "base/log.h"
#include "core/audit/attempt_names.h"
#include "core/plan/task_params.h"
#include "objects/stderr_log.h"
#include "worker/hidden_folder.h"
#include "worker/ship_leftovers.h"

namespace mpegflow::worker {
namespace {

base::RequestId new_request(const Services& services) {
  return base::RequestId(base::make_id(services.clock.now().us, services.entropy));
}

std::string attempt_name_of(const protocol::Assignment& assignment) {
  return audit::attempt_name(assignment.claim.fence, assignment.claim.id);
}

/// Keeps standard error of the attempt, whole, and names it in the record.
base::Result<void> keep_stderr(TaskRun& run) {
  const protocol::Assignment& assignment = run.assignment;
  const std::string key = audit::stderr_key(assignment.job, assignment.claim.task,
                                            assignment.claim.fence, assignment.claim.id);
  ASSIGN_OR_RETURN(const auto size,
                   objects::keep_log(run.services.logs, key, run.folder / "stderr.log"));
  if (size) {
    run.record.stderr_key = key;
    run.record.stderr_bytes = *size;
  }
  return {};
}

base::LogFields name_in_log(const protocol::Assignment& assignment) {
  return {{"job", assignment.job.value},
          {"task", assignment.task_key},
          {"attempt", attempt_name_of(assignment)}};
}

std::string object_key_of(const protocol::Assignment& assignment, const std::string& name) {
  return fmt::format("{}/{}/{}/{}", assignment.job.value, assignment.task_key,
                     attempt_name_of(assignment), name);
}

/// A bug that shows in one task costs this attempt, not the worker.
template <class T>
base::Result<T> contain_bugs(const TaskRun& run, const std::function<base::Result<T>()>& act) {
  std::string what;
  try {
    return act();
  } catch (const base::InvariantViolation& violation) {
    what = violation.what;
  } catch (const std::exception& exception) {
    what = exception.what();
  }
  base::log(base::LogLevel::error, "task_invariant_violated",
            {{"task", run.assignment.task_key}, {"what", what}});
  return base::fail(base::ErrorCode::internal, "bug: " + what);
}

/// One job never mixes encoder revisions: what another FFmpeg makes of the same arguments may be
/// something else.
std::optional<retry::Finding> find_version_mismatch(const TaskRun& run) {
  const base::EncoderRevisionId& wanted = run.assignment.encoder_revision;
  const Encoder& own = run.services.encoder;
  const bool encodes = run.assignment.kind == queue::TaskKind::encode ||
                       run.assignment.kind == queue::TaskKind::ffmpeg;
  if (!encodes || wanted.empty() || wanted == own.revision.id) return std::nullopt;
  retry::Finding finding = retry::make_finding("version_mismatch", "fact_encoder_revision");
  finding.cause = fmt::format(
      "The job was made for the encoder revision {}; this worker has FFmpeg {} (revision {}).",
      wanted.value.substr(0, 12), own.version, own.revision.id.value.substr(0, 12));
  return finding;
}

base::Result<TaskOutcome> do_deed(TaskRun& run) {
  if (auto mismatch = find_version_mismatch(run)) return fail_with(std::move(*mismatch));
  switch (run.assignment.kind) {
    case queue::TaskKind::probe: return probe_inputs(run);
    case queue::TaskKind::encode:
      if (plan::is_subtitle_params(run.params())) return run_subtitles(run);
      return plan::writes_files(run.params()) ? run_command(run) : run_rendition(run);
    case queue::TaskKind::thumbnails:
    case queue::TaskKind::ffmpeg: return run_command(run);
    case queue::TaskKind::qc: return measure_loudness(run);
    case queue::TaskKind::manifest: return write_manifest(run);
    case queue::TaskKind::deliver: return publish_outputs(run);
    default:
      return base::fail(base::ErrorCode::internal,
                        fmt::format("no worker here does {} tasks", to_word(run.assignment.kind)));
  }
}

/// Row first, then the bytes: an object without a row would never be collected.
base::Result<void> stage_out(TaskRun& run, const std::vector<OutputFile>& files) {
  if (files.empty()) return {};
  run.set_phase("uploading");
  protocol::StageRequest request{run.assignment.claim, {}};
  for (const OutputFile& file : files) {
    store::OutputRow row;
    row.object_key = object_key_of(run.assignment, file.name);
    row.name = file.name;
    row.role = file.role;
    row.size = file.size;
    row.sha256 = file.sha256;
    request.outputs.push_back(std::move(row));
    run.record.outputs.push_back({file.name, file.size, file.sha256});
  }
  RETURN_IF_ERROR(run.services.protocol.stage(request));
  for (const OutputFile& file : files)
    RETURN_IF_ERROR(
        run.services.objects.put_file(object_key_of(run.assignment, file.name), file.file));
  run.record.uploaded_us = run.now_us();
  return {};
}

std::string to_text(const audit::AttemptRecord& record) {
  return base::to_canonical_json(audit::to_json(record));
}

std::optional<protocol::ClaimRequest> ask_for_more(const FollowUp* follow_up) {
  return follow_up != nullptr ? follow_up->ask() : std::nullopt;
}

void take_given(FollowUp* follow_up, protocol::TaskAnswer answer) {
  if (follow_up != nullptr) follow_up->given = std::move(answer.next);
}

base::Result<void> commit(TaskRun& run, TaskOutcome& outcome, FollowUp* follow_up) {
  run.record.finding = outcome.finding;
  run.record.committed_us = run.now_us();
  protocol::CommitRequest request;
  request.request = new_request(run.services);
  request.claim = run.assignment.claim;
  request.record = to_text(run.record);
  request.result = base::to_canonical_json(outcome.result);
  for (const OutputFile& file : outcome.outputs)
    request.outputs.push_back(object_key_of(run.assignment, file.name));
  request.inputs = std::move(outcome.inputs);
  request.published = std::move(outcome.published);
  request.next = ask_for_more(follow_up);
  ASSIGN_OR_RETURN(auto answer, run.services.protocol.commit(request));
  take_given(follow_up, std::move(answer));
  return {};
}

base::Result<void> report(TaskRun& run, const retry::Finding& finding,
                          std::vector<store::InputFacts> inputs, FollowUp* follow_up) {
  run.record.finding = finding;
  const protocol::ReportRequest request{
      new_request(run.services), run.assignment.claim, finding,
      to_text(run.record),       std::move(inputs),    ask_for_more(follow_up)};
  ASSIGN_OR_RETURN(auto answer, run.services.protocol.report(request));
  take_given(follow_up, std::move(answer));
  return {};
}

base::Result<void> release(TaskRun& run) {
  const protocol::ReleaseRequest request{new_request(run.services), run.assignment.claim,
                                         "the worker was asked to stop", to_text(run.record)};
  return run.services.protocol.released(request).map([](const auto&) {});
}

bool is_out_of_reach(const base::Error& error) {
  return error.code == base::ErrorCode::store_failed ||
         error.code == base::ErrorCode::state_unusable;
}

bool is_good(const base::Result<TaskOutcome>& outcome) {
  return outcome && outcome->finding.bucket == retry::Bucket::none;
}

/// The end of the attempt as the store is to know it.
base::Result<void> settle(TaskRun& run, base::Result<TaskOutcome> outcome, FollowUp* follow_up) {
  if (is_good(outcome)) {
    const auto kept = contain_bugs<void>(run, [&]() -> base::Result<void> {
      RETURN_IF_ERROR(stage_out(run, outcome->outputs));
      return commit(run, *outcome, follow_up);
    });
    if (kept) return {};
    run.record.committed_us = 0;
    outcome = tl::unexpected(kept.error());
  }
  if (outcome) return report(run, outcome->finding, std::move(outcome->inputs), follow_up);
  const base::Error& error = outcome.error();
  if (is_out_of_reach(error)) return tl::unexpected(error);
  // Nothing more is taken of a task whose job is being cancelled, but its claim still stands until
  // it is given back.
  if (error.code == base::ErrorCode::superseded || error.code == base::ErrorCode::interrupted ||
      run.stop.is_triggered())
    return release(run);
  return report(run, to_finding(error), {}, follow_up);
}

}  // namespace

std::optional<AttemptNote> read_note(const base::Path& attempt_folder) {
  const auto text = base::read_file(attempt_folder / kNoteName);
  if (!text) return std::nullopt;
  const auto value = base::parse_json(*text, "attempt note");
  if (!value || !value->is_object()) return std::nullopt;
  const base::json::object& fields = value->get_object();
  return AttemptNote{base::SessionId(base::text_or(fields, "session")),
                     base::JobId(base::text_or(fields, "job")),
                     {base::TaskId(base::text_or(fields, "task")), base::int_or(fields, "fence"),
                      base::ClaimId(base::text_or(fields, "claim"))}};
}

base::Result<void> run_task(const Services& services, const protocol::Assignment& assignment,
                            const process::StopSignal& stop, InputFiles& inputs,
                            FollowUp* follow_up) {
  const base::Path folder =
      services.scratch.empty() ? hidden_folder(assignment) / "attempts" : services.scratch;
  const base::Path root = folder / attempt_name_of(assignment);
  TaskRun run{services, assignment, stop, inputs, root / "work", {}, {}};
  run.record.encoder_revision = services.encoder.revision.id.value;
  for (const auto& layer : services.processes.report().layers)
    if (layer.on) run.record.sandbox.push_back(layer.name);
  run.progress = {assignment.job,
                  assignment.claim.task,
                  assignment.task_key,
                  assignment.claim.fence,
                  "staging",
                  services.clock.steady(),
                  {},
                  {},
                  {},
                  {},
                  {},
                  {}};
  services.board.publish(run.progress);

  base::log(base::LogLevel::info, "attempt_begun", name_in_log(assignment));
  base::Result<void> made = base::make_directories(run.folder);
  if (made) made = sign_folder(root, assignment);
  base::Result<TaskOutcome> outcome = tl::unexpected(base::Error{});
  if (made) outcome = contain_bugs<TaskOutcome>(run, [&] { return do_deed(run); });
  else outcome = tl::unexpected(made.error());
  // Nothing is committed without its evidence; a finding stands without it.
  if (auto kept = keep_stderr(run); !kept) {
    base::log(base::LogLevel::error, "stderr_not_kept",
              {{"task", assignment.task_key}, {"what", kept.error().message}});
    if (is_good(outcome)) outcome = tl::unexpected(kept.error());
  }
  std::string end = outcome ? outcome->finding.reason : std::string(to_word(outcome.error().code));
  base::Result<void> settled = settle(run, std::move(outcome), follow_up);
  services.board.remove(assignment.claim.task);
  (void)base::remove_tree(root);
  base::LogFields fields = name_in_log(assignment);
  fields.emplace_back("finding", std::move(end));
  base::log(base::LogLevel::info, "attempt_over", fields);
  if (!settled && settled.error().code == base::ErrorCode::superseded) {
    base::log(base::LogLevel::warn, "attempt_superseded", {{"task", assignment.task_key}});
    return {};
  }
  return settled;
}

}  // namespace mpegflow::worker
