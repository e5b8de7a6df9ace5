#include "cli/commands.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode version(const Arguments& arguments, Context& context) {
  if (arguments.wants_json)
    print_record(context, base::json::object{{"version", MPEGFLOW_VERSION}});
  else *context.out.stream << "mpegflow " << MPEGFLOW_VERSION << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
