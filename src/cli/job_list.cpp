#include "base/text.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/table.h"
#include "store/reads.h"

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
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  std::optional<store::JobRow> before;
  if (!arguments.before.empty()) {
    ASSIGN_OR_REPORT(before, find_named_job(*store, arguments.before));
  }
  // One more than asked for tells whether there is another page.
  ASSIGN_OR_REPORT(auto jobs, store::list_jobs(*store, arguments.limit + 1, before));
  const bool has_more = jobs.size() > static_cast<std::size_t>(arguments.limit);
  if (has_more) jobs.pop_back();
  if (arguments.wants_json) {
    const base::json::value next =
        has_more ? base::json::value(jobs.back().id.value) : base::json::value(nullptr);
    print_record(context, base::json::object{{"jobs", to_records(jobs)}, {"next_before", next}});
    return ExitCode::done;
  }
  if (jobs.empty()) {
    *context.out.stream << "no jobs\n";
    return ExitCode::done;
  }
  *context.out.stream << make_table(jobs, static_cast<std::size_t>(find_width(context)));
  if (has_more)
    *context.out.stream << "more: mpegflow job list --before " << jobs.back().id.value << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
