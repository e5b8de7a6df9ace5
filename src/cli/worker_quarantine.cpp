#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "records/parse_records.h"

namespace mpegflow::cli {

ExitCode worker_quarantine(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->quarantine_host(arguments.host, arguments.why));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const records::HostPicture host = records::parse_host(record);
  const std::string name = base::to_printable(host.name);
  *context.out.stream << fmt::format(
      "host {} gets no more tasks; {} that it has go on\nend it: mpegflow worker release {}\n",
      name, host.leases, name);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
