#include <algorithm>

#include <fmt/format.h>

#include "cli/another_way.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/rerun.h"
#include "engine/reprocess_job.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

base::Result<base::TaskId> find_only_task(store::Store& store, const store::JobRow& job,
                                          const std::string& key) {
  if (key.empty()) return base::TaskId();
  ASSIGN_OR_RETURN(const NamedTask named, find_named_task(store, job.id.value + "/" + key));
  return named.task.id;
}

}  // namespace

ExitCode job_reprocess(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const store::JobRow job, find_named_job(*store, arguments.job));
  ASSIGN_OR_REPORT(const auto only_task, find_only_task(*store, job, arguments.task_key));
  ASSIGN_OR_REPORT(const auto way, find_another_way(*store, arguments));
  ASSIGN_OR_REPORT(
      const auto answer,
      engine::reprocess_job(*store, {job.id, "mpegflow job reprocess", only_task, way}));
  ASSIGN_OR_REPORT(const auto after, store::find_job(*store, job.id));
  base::check(after.has_value(), "a job that was found exists");
  const Rerun rerun = find_rerun(context, *after);
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"job", job.id.value},
                                             {"tasks", answer.tasks},
                                             {"state", after->state},
                                             {"rerun", to_record(rerun)}});
    return ExitCode::done;
  }
  if (answer.tasks == 0) {
    *context.out.stream << "nothing of job " << job.id.value << " has failed\n";
    return ExitCode::done;
  }
  *context.out.stream << fmt::format("{} {} of job {} {} another chance\n{}\n", answer.tasks,
                                     answer.tasks == 1 ? "task" : "tasks", job.id.value,
                                     answer.tasks == 1 ? "gets" : "get", to_text(rerun));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
