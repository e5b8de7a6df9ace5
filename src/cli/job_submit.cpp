#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/spec_file.h"
#include "cli/watch_job.h"

namespace mpegflow::cli {

ExitCode job_submit(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto server, open_server(context));
  ASSIGN_OR_REPORT(SpecFile file, read_spec_file(arguments.file, arguments.output, context));
  // Whole and in its canonical form: the server knows neither this folder nor the presets here.
  ASSIGN_OR_REPORT(const submit::JobSpec spec,
                   submit::to_result(std::move(file.reading), arguments.file));
  ASSIGN_OR_REPORT(const auto record,
                   server->submit_job(submit::to_json(spec), arguments.idempotency_key));
  const std::string job = base::text_or(base::object_or(record, "job"), "id");
  if (!arguments.wants_json)
    *context.out.stream << fmt::format(
        "job {} {}\n", base::to_printable(job),
        base::bool_or(record, "existed") ? "was submitted before" : "is submitted");
  if (arguments.wants_watch) return watch_job(job, *server, arguments, context);
  if (arguments.wants_json) print_record(context, record);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
