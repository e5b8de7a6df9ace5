#include "cli/commands.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode serve(const Arguments& arguments, Context& context) {
  if (auto checked = context.check_sandbox(context.config); !checked)
    return report_error(context, arguments, checked.error());
  ServeOrder order;
  order.has_worker = !arguments.has_no_worker;
  order.on_ready = [&context](const std::vector<std::string>& places) {
    for (const std::string& place : places)
      *context.err.stream << "mpegflow: listening at " << place << "\n";
    context.err.stream->flush();
  };
  if (auto served = context.serve(context.config, order); !served)
    return report_error(context, arguments, served.error());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
