#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/rerun.h"

namespace mpegflow::cli {
namespace {

std::string tell_reprocess(const base::json::object& record) {
  const std::string job = base::to_printable(base::text_or(record, "job"));
  const std::int64_t tasks = base::int_or(record, "tasks");
  if (tasks == 0) return fmt::format("nothing of job {} has failed\n", job);
  const base::json::object rerun = base::object_or(record, "rerun");
  return fmt::format("{} {} of job {} {} another chance\n{}", tasks, tasks == 1 ? "task" : "tasks",
                     job, tasks == 1 ? "gets" : "get",
                     rerun.empty() ? "" : to_text(parse_rerun(rerun)) + "\n");
}

}  // namespace

ExitCode job_reprocess(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->reprocess_job({arguments.job, arguments.task_key,
                                                              arguments.pool, arguments.revision}));
  if (arguments.wants_json) print_record(context, record);
  else *context.out.stream << tell_reprocess(record);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
