#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/spec_file.h"
#include "cli/watch_job.h"
#include "core/submit/document.h"

namespace mpegflow::cli {
namespace {

/// Whole and in its canonical form, for the server knows neither this folder nor the presets here;
/// but of its retries as it is written: the canonical form says all there is, and would leave
/// nothing to the policies that the server has for its tenants.
base::json::object to_sent_form(const submit::JobSpec& spec, std::string_view text) {
  base::json::object sent = submit::to_json(spec);
  const submit::Document written = submit::read_document(text);
  sent.erase("retry");
  if (const auto* retry = written.value.get_object().if_contains("retry")) sent["retry"] = *retry;
  return sent;
}

}  // namespace

ExitCode job_submit(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto server, open_server(context));
  ASSIGN_OR_REPORT(SpecFile file, read_spec_file(arguments.file, arguments.output, context));
  ASSIGN_OR_REPORT(const submit::JobSpec spec,
                   submit::to_result(std::move(file.reading), arguments.file));
  ASSIGN_OR_REPORT(const auto record,
                   server->submit_job(to_sent_form(spec, file.text), arguments.idempotency_key));
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
