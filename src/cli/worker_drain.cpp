#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode worker_drain(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto server, open_server(context));
  ASSIGN_OR_REPORT(const auto record, server->drain_host(arguments.host));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const std::int64_t processes = base::int_or(record, "processes"),
                     tasks = base::int_or(record, "tasks");
  *context.out.stream << fmt::format(
      "{} of host {} {} no more tasks, and {} {}\n",
      processes == 1 ? "the worker" : fmt::format("{} workers", processes),
      base::to_printable(base::text_or(record, "host")), processes == 1 ? "takes" : "take",
      processes == 1 ? "ends" : "end",
      tasks == 0 ? "now"
                 : fmt::format("when {} done",
                               tasks == 1 ? "its task is" : fmt::format("{} tasks are", tasks)));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
