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
  *context.out.stream << fmt::format(
      "host {} takes no more tasks; {} processes with {} tasks end when those are done\n",
      base::to_printable(base::text_or(record, "host")), base::int_or(record, "processes"),
      base::int_or(record, "tasks"));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
