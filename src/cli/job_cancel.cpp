#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "core/queue/job_state.h"

namespace mpegflow::cli {
namespace {

std::string tell_cancel(const base::json::object& record) {
  const std::string job = base::to_printable(base::text_or(record, "job"));
  if (base::text_or(record, "state") == to_word(queue::JobState::cancelled))
    return fmt::format("job {} is cancelled", job);
  if (const std::string live = base::text_or(record, "live_process"); !live.empty())
    return fmt::format("job {} is being cancelled: process {} stops its tasks", job,
                       base::to_printable(live));
  return fmt::format("job {} is being cancelled: its workers stop with their next heartbeat", job);
}

}  // namespace

ExitCode job_cancel(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->cancel_job(arguments.job));
  if (arguments.wants_json) print_record(context, record);
  else *context.out.stream << tell_cancel(record) << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
