#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode worker_release(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->release_host(arguments.host, arguments.why));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  *context.out.stream << fmt::format(
      "host {} {}\n", base::to_printable(base::text_or(record, "host")),
      base::bool_or(record, "was_quarantined") || base::bool_or(record, "was_draining")
          ? "gets tasks again"
          : "was not quarantined; what failed on it is forgiven");
  return ExitCode::done;
}

}  // namespace mpegflow::cli
