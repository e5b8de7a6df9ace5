#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/spec_file.h"

namespace mpegflow::cli {

ExitCode spec_check(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const SpecFile file, read_spec_file(arguments.file, arguments.output, context));
  const auto& [spec, faults] = file.reading;
  const std::string name = base::to_printable(arguments.file);
  if (arguments.wants_json) {
    const base::json::value canonical =
        spec ? base::json::value(submit::to_json(*spec)) : base::json::value(nullptr);
    print_record(context, base::json::object{{"is_valid", spec.has_value()},
                                             {"faults", submit::to_json(faults)},
                                             {"spec", canonical}});
  } else if (spec) {
    *context.out.stream << name << ": no faults\n";
  } else {
    *context.out.stream << submit::to_text(faults, name);
    *context.err.stream << fmt::format("mpegflow: {} has {} {}\n", name, faults.size(),
                                       faults.size() == 1 ? "fault" : "faults");
  }
  return spec ? ExitCode::done : ExitCode::spec_invalid;
}

}  // namespace mpegflow::cli
