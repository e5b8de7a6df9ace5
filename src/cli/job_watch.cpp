#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/watch_job.h"

namespace mpegflow::cli {

ExitCode job_watch(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  return watch_job(arguments.job, *control, arguments, context);
}

}  // namespace mpegflow::cli
