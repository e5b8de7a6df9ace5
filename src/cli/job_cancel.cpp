#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/live_run.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "core/queue/job_state.h"
#include "engine/recover_attempts.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

bool is_in(const store::JobRow& job, queue::JobState state) {
  return job.state == to_word(state);
}

/// Tasks that were running wait for word that they have stopped; of workers that are dead for sure
/// none will come.
base::Result<void> end_dead_workers(Context& context, store::Store& store,
                                    const store::JobRow& job) {
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, context.open_logs(context.config));
  const auto scratch = base::parse_file_uri(job.scratch_uri);
  if (!scratch) return {};
  RETURN_IF_ERROR(engine::recover_attempts(
      store, *logs, {job.id, context.boot_id, base::Path(*scratch) / "attempts", ""}));
  ASSIGN_OR_RETURN(const auto after, store::find_job(store, job.id));
  if (!after || !is_in(*after, queue::JobState::cancelled)) return {};
  return base::remove_tree(*scratch);
}

std::string describe(const store::JobRow& job, const std::optional<std::string>& live) {
  if (is_in(job, queue::JobState::cancelled))
    return fmt::format("job {} is cancelled", job.id.value);
  if (live)
    return fmt::format("job {} is being cancelled: process {} stops its tasks", job.id.value,
                       base::to_printable(*live));
  return fmt::format("job {} is being cancelled: its workers stop with their next heartbeat",
                     job.id.value);
}

base::Error refuse(const store::JobRow& job) {
  return {base::ErrorCode::illegal_transition,
          fmt::format("job {} is over: it is {}", job.id.value, job.state)};
}

}  // namespace

ExitCode job_cancel(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const store::JobRow job, find_named_job(*store, arguments.job));
  if (job.finished && !is_in(job, queue::JobState::cancelled))
    return report_error(context, arguments, refuse(job));
  ASSIGN_OR_REPORT(const auto answer, store->execute(store::CancelJob{job.id}));
  const auto live = find_live_run(context.config, job.identity);
  if (!live && answer.state == to_word(queue::JobState::cancelling))
    if (auto ended = end_dead_workers(context, *store, job); !ended)
      return report_error(context, arguments, ended.error());
  if (context.deliver_due) context.deliver_due(context.config);
  ASSIGN_OR_REPORT(const auto after, store::find_job(*store, job.id));
  base::check(after.has_value(), "a job that was found exists");
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"job", job.id.value},
                                             {"state", after->state},
                                             {"live_process", live ? base::json::value(*live)
                                                                   : base::json::value(nullptr)}});
    return ExitCode::done;
  }
  *context.out.stream << describe(*after, live) << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
