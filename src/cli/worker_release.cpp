#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace mpegflow::cli {

ExitCode worker_release(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto answer, store->execute(store::ReleaseHost{arguments.host}));
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"host", arguments.host},
                                             {"was_quarantined", answer.was_quarantined}});
    return ExitCode::done;
  }
  *context.out.stream << fmt::format("host {} {}\n", base::to_printable(arguments.host),
                                     answer.was_quarantined
                                         ? "gets tasks again"
                                         : "was not quarantined; what failed on it is forgiven");
  return ExitCode::done;
}

}  // namespace mpegflow::cli
