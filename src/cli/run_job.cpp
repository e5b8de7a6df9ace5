#include "cli/run_job.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "base/text.h"
#include "cli/run_spec.h"
#include "core/audit/redact.h"
#include "core/plan/plan.h"
#include "core/queue/job_state.h"
#include "core/submit/idempotency.h"
#include "core/submit/read_spec.h"
#include "core/submit/run_identity.h"
#include "engine/run_lock.h"
#include "engine/submit.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

/// Whose jobs those of this command line are.
constexpr std::string_view kTenant = "local";

/// Of a command that adds to a folder of others: in that folder, which is as far as its files go.
base::Path scratch_below(const base::Path& folder, const base::JobId& job) {
  return folder / fmt::format(".command.mpegflow-{}", job.value);
}

base::Path scratch_of(const store::JobRow& job) {
  const auto scratch = base::parse_file_uri(job.scratch_uri);
  base::check(scratch.has_value(), "the hidden folder of a run is a local one");
  return *scratch;
}

/// Do the files that the job published still stand as it left them?
base::Result<bool> are_outputs_untouched(store::Store& store, const store::JobRow& job) {
  ASSIGN_OR_RETURN(const auto files, store::list_published(store, job.output_uri));
  const auto target = base::parse_file_uri(job.output_uri);
  if (files.empty() || !target) return false;
  for (const store::PublishedRow& file : files) {
    const base::Path path =
        file.name.empty() ? base::Path(*target) : base::Path(*target) / file.name;
    const auto identity = base::identify_file(path);
    if (file.job != job.id || !identity || identity->size != file.size ||
        identity->mtime_ns != file.mtime_ns)
      return false;
  }
  return true;
}

base::json::object describe_command(const RunOptions& options, const Context& context) {
  base::json::array argv;
  for (const std::string& argument : audit::redact_arguments(options.argv))
    argv.emplace_back(base::to_printable(argument));
  return {{"argv", argv},
          {"working_folder", base::to_file_uri(context.working_directory.native())}};
}

struct Prepared {
  RunSpec spec;
  std::vector<store::InputRow> inputs;
  base::Path output;
  std::string identity;
  base::JobId takes_key_of;  ///< the job that has had the spec's idempotency key so far
};

/// The job that has the key beside the command that names it.
struct KeyedJob {
  submit::KeyHolder holder;
  std::string differences;  ///< in words, of the specs or else of the inputs
};

base::Result<KeyedJob> compare_with_holder(store::Store& store, const store::JobRow& job,
                                           const Prepared& prepared) {
  KeyedJob keyed;
  const auto state = queue::parse_job_state(job.state);
  base::check(state.has_value(), "a job row has a known state");
  keyed.holder.state = *state;
  keyed.holder.is_same_command = job.identity == prepared.identity;
  ASSIGN_OR_RETURN(const base::json::value there, base::parse_json(job.spec, "spec"));
  std::vector<std::string> differences =
      submit::list_differences(there, submit::to_json(prepared.spec.spec));
  keyed.holder.has_same_spec = differences.empty();
  ASSIGN_OR_RETURN(const auto inputs, store::list_inputs(store, job.id));
  keyed.holder.has_same_inputs = true;
  for (const store::InputRow& input : prepared.inputs) {
    const auto before = std::ranges::find(inputs, input.key, &store::InputRow::key);
    if (before != inputs.end() && before->identity == input.identity) continue;
    keyed.holder.has_same_inputs = false;
    if (keyed.holder.has_same_spec)
      differences.push_back(fmt::format("input {} is another file, or was written to", input.key));
  }
  keyed.differences = fmt::format("{}", fmt::join(differences, "; "));
  return keyed;
}

base::Path lock_folder(const Context& context) {
  return context.config.state_path() / "runs";
}

/// A job that a live process works on keeps its key.
base::Result<void> check_nobody_works_on(const Context& context, const store::JobRow& job,
                                         const Prepared& prepared) {
  if (job.finished || job.identity == prepared.identity) return {};
  auto lock = engine::take_run_lock(engine::run_lock_path(lock_folder(context), job.identity));
  if (!lock && lock.error().code == base::ErrorCode::already_running)
    lock.error().message =
        fmt::format("job {}, which has the idempotency_key of this spec, is being worked on: {}",
                    job.id.value, lock.error().message);
  return lock.map([](const base::UniqueFd&) {});
}

base::Result<RunJob> submit_new(const RunOptions& options, Context& context, store::Store& store,
                                const Prepared& prepared, RunJob run) {
  run.id = base::JobId(base::make_id(context.clock->now().us, *context.entropy));
  run.scratch = prepared.spec.command && std::filesystem::is_directory(prepared.output)
                    ? scratch_below(prepared.output, run.id)
                    : protocol::scratch_of(prepared.output, run.id);
  engine::Submission submission;
  submission.spec = prepared.spec.spec;
  submission.spec_text = prepared.spec.text;
  submission.command = describe_command(options, context);
  submission.identity = prepared.identity;
  submission.scratch_uri = base::to_file_uri(run.scratch.native());
  submission.encoder_revision = run.encoder.id;
  submission.inputs = prepared.inputs;
  submission.takes_key_of = prepared.takes_key_of;
  ASSIGN_OR_RETURN(const auto answer, engine::submit(store, run.id, submission));
  if (answer.existed && answer.job != run.id)
    return base::fail(base::ErrorCode::already_running,
                      fmt::format("another process has just made job {} with the same "
                                  "idempotency_key; give the same command again",
                                  answer.job.value));
  return run;
}

/// Cancelled, or rejected: nothing in it can change, so the same command looks at everything anew.
bool is_past_going_on(const store::JobRow& job) {
  return job.state == to_word(queue::JobState::cancelled) ||
         job.state == to_word(queue::JobState::failed_input) ||
         job.state == to_word(queue::JobState::failed_spec);
}

/// The job of the same command, brought to where work on it can go on.
base::Result<RunJob> take_up(store::Store& store, const store::JobRow& job, RunJob run) {
  run.id = job.id;
  run.scratch = scratch_of(job);
  ASSIGN_OR_RETURN(const auto tasks, store::list_tasks(store, job.id));
  const auto done = std::ranges::count(tasks, queue::TaskState::succeeded, &store::TaskRow::state);
  ASSIGN_OR_RETURN(const auto released, store.execute(store::ReleaseHeld{job.id}));
  ASSIGN_OR_RETURN(const auto again, store.execute(store::ReprocessJob{
                                         job.id, "the same command was given again", {}, {}}));
  run.news = fmt::format("going on with job {}: {} of {} tasks are done{}", job.id.value, done,
                         tasks.size(),
                         again.tasks + released.tasks > 0
                             ? fmt::format(", {} get another chance", again.tasks + released.tasks)
                             : "");
  return run;
}

/// A job that another one takes the place of needs its hidden folder no more.
base::Result<void> clear_scratch(const store::JobRow& job) {
  return base::remove_tree(scratch_of(job));
}

/// What was committed is gone with the hidden folder: somebody, or another job for the same output,
/// has removed it.
base::Result<bool> has_lost_its_work(store::Store& store, const store::JobRow& job) {
  std::error_code ignored;
  if (std::filesystem::exists(scratch_of(job), ignored)) return false;
  ASSIGN_OR_RETURN(const auto outputs, store::list_committed_outputs(store, job.id));
  return !outputs.empty();
}

RunJob show_again(const store::JobRow& job, RunJob run, std::string news) {
  run.id = job.id;
  run.scratch = scratch_of(job);
  run.is_done = true;
  run.news = std::move(news);
  return run;
}

/// The job that the command has made before, if any, with its lock held: taken up, shown again, or
/// left for a new one.
base::Result<RunJob> go_on(const RunOptions& options, Context& context, store::Store& store,
                           const Prepared& prepared, const store::JobRow& job, RunJob run) {
  const bool is_renewed = is_past_going_on(job) || (options.is_again && job.finished.has_value());
  if (is_renewed) {
    RETURN_IF_ERROR(clear_scratch(job));
    return submit_new(options, context, store, prepared, std::move(run));
  }
  if (job.state != to_word(queue::JobState::succeeded)) {
    ASSIGN_OR_RETURN(const bool is_lost, has_lost_its_work(store, job));
    if (is_lost) return submit_new(options, context, store, prepared, std::move(run));
    return take_up(store, job, std::move(run));
  }
  ASSIGN_OR_RETURN(const bool untouched, are_outputs_untouched(store, job));
  if (!untouched) return submit_new(options, context, store, prepared, std::move(run));
  return show_again(job, std::move(run),
                    fmt::format("job {} has done this already and its output is untouched; "
                                "--again does it once more",
                                job.id.value));
}

/// As go_on, for a spec with an idempotency key that `job` has.
base::Result<RunJob> go_on_with_key(const RunOptions& options, Context& context,
                                    store::Store& store, Prepared& prepared,
                                    const store::JobRow& job, RunJob run) {
  ASSIGN_OR_RETURN(const KeyedJob keyed, compare_with_holder(store, job, prepared));
  const std::string whose =
      fmt::format("the idempotency_key \"{}\" belongs to job {}",
                  base::to_printable(prepared.spec.spec.idempotency_key), job.id.value);
  prepared.takes_key_of = job.id;
  switch (submit::decide_key(keyed.holder, options.is_again)) {
    case submit::KeyStep::refuse_spec:
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("{}, whose spec is another one ({}); give this spec a key of "
                                    "its own, or none",
                                    whose, keyed.differences));
    case submit::KeyStep::refuse_inputs:
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("{}, which has succeeded with other inputs ({}); give the spec "
                                    "a new key, or --again to make it anew under this one",
                                    whose, keyed.differences));
    case submit::KeyStep::answer_again:
      return show_again(job, std::move(run),
                        fmt::format("{}, which was rejected, and nothing has changed since: the "
                                    "same key, the same answer; --again looks at it anew",
                                    whose));
    case submit::KeyStep::take_over:
      RETURN_IF_ERROR(check_nobody_works_on(context, job, prepared));
      return submit_new(options, context, store, prepared, std::move(run));
    case submit::KeyStep::go_on: break;
  }
  return go_on(options, context, store, prepared, job, std::move(run));
}

/// As FFmpeg: without -y nothing is overwritten, but what a job of ours has left is.
base::Result<void> check_overwrite(store::Store& store, const RunSpec& run) {
  if (!run.command || run.command->overwrite == command::Overwrite::all) return {};
  ASSIGN_OR_RETURN(const auto published, store::list_published(store, run.spec.output_uri));
  const base::Path target = base::parse_file_uri(run.spec.output_uri).value_or("");
  for (const std::string& output : run.command->outputs) {
    const auto identity = base::identify_file(output);
    if (!identity) continue;
    const bool is_ours = std::ranges::any_of(published, [&](const store::PublishedRow& row) {
      return (row.name.empty() ? target : target / row.name) == base::Path(output) &&
             row.size == identity->size && row.mtime_ns == identity->mtime_ns;
    });
    if (is_ours && run.command->overwrite == command::Overwrite::ours) continue;
    return base::fail(base::ErrorCode::output_unwritable,
                      fmt::format("the output {} exists{}; -y behind ffmpeg overwrites it",
                                  base::to_printable(output),
                                  is_ours ? "" : " and is not as a job of mpegflow has left it"));
  }
  return {};
}

}  // namespace

base::Result<RunJob> find_or_submit_job(const RunOptions& options, Context& context,
                                        store::Store& store) {
  Prepared prepared;
  ASSIGN_OR_RETURN(prepared.spec, read_run_spec(options, context));
  ASSIGN_OR_RETURN(prepared.inputs, check_inputs(prepared.spec.spec));
  RETURN_IF_ERROR(check_overwrite(store, prepared.spec));
  ASSIGN_OR_RETURN(prepared.output, check_output(prepared.spec.spec));
  RunJob run;
  ASSIGN_OR_RETURN(run.encoder, context.find_revision(context.config));
  submit::RunIdentity identity{prepared.spec.spec, run.encoder.id, plan::kPlanVersion, {}};
  for (const store::InputRow& input : prepared.inputs)
    identity.input_identities.push_back(input.identity);
  prepared.identity = submit::hash_identity(identity);
  run.lock_path = engine::run_lock_path(lock_folder(context), prepared.identity);
  ASSIGN_OR_RETURN(run.lock, engine::take_run_lock(run.lock_path));

  if (const std::string& key = prepared.spec.spec.idempotency_key; !key.empty()) {
    ASSIGN_OR_RETURN(const auto holder, store::find_job_with_key(store, kTenant, key));
    if (!holder) return submit_new(options, context, store, prepared, std::move(run));
    return go_on_with_key(options, context, store, prepared, *holder, std::move(run));
  }
  ASSIGN_OR_RETURN(const auto latest, store::find_latest_job(store, prepared.identity));
  if (!latest) return submit_new(options, context, store, prepared, std::move(run));
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, *latest));
  base::check(job.has_value(), "a job that was found by identity exists");
  return go_on(options, context, store, prepared, *job, std::move(run));
}

}  // namespace mpegflow::cli
