#include "base/log.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode serve(const Arguments& arguments, Context& context) {
  if (auto checked = context.check_sandbox(context.config); !checked)
    return report_error(context, arguments, checked.error());
  ServeOrder order;
  order.has_worker = !arguments.has_no_worker;
  base::set_log_level(context.config.service_level());
  const bool is_for_machines = context.config.log_format.text == "json";
  order.on_ready = [&context, is_for_machines](const std::vector<std::string>& places) {
    for (const std::string& place : places) {
      if (is_for_machines) base::log(base::LogLevel::info, "listening", {{"at", place}});
      else *context.err.stream << "mpegflow: listening at " << place << "\n";
    }
    context.err.stream->flush();
  };
  if (auto served = context.serve(context.config, order); !served)
    return report_error(context, arguments, served.error());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
