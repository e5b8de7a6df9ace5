#include "cli/commands.h"
#include "cli/output.h"
#include "core/submit/schema.h"

namespace mpegflow::cli {

ExitCode spec_schema(const Arguments&, Context& context) {
  print_record(context, submit::make_json_schema());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
