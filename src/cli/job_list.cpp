#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string find_took(const store::JobRow& job) {
  if (!job.started || !job.finished) return "-";
  return base::to_human(*job.finished - *job.started);
}

std::string show_output(const store::JobRow& job) {
  return base::parse_file_uri(job.output_uri).value_or(job.output_uri);
}

std::string make_table(const std::vector<store::JobRow>& jobs, std::size_t width) {
  Table table({{"JOB"},
               {"STATE"},
               {"DELIVERY"},
               {"CREATED"},
               {"TOOK", Align::right},
               {"NAME", Align::left, true},
               {"OUTPUT", Align::left, true}});
  for (const store::JobRow& job : jobs)
    table.add({job.id.value, job.state, job.delivery, base::to_rfc3339(job.created).substr(0, 19),
               find_took(job), job.name.empty() ? "-" : job.name, show_output(job)});
  return table.to_text(width);
}

}  // namespace

ExitCode job_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_jobs(arguments.limit, arguments.before));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const auto jobs = records::parse_list(record, "jobs", records::parse_job);
  if (jobs.empty()) {
    *context.out.stream << "no jobs\n";
    return ExitCode::done;
  }
  *context.out.stream << make_table(jobs, static_cast<std::size_t>(find_width(context)));
  if (const std::string next = base::text_or(record, "next_before"); !next.empty())
    *context.out.stream << "more: mpegflow job list --before " << next << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
