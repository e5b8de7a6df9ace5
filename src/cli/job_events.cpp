#include "cli/commands.h"
#include "cli/event_text.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/records.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kPage = 1000;

base::Result<std::vector<store::EventRow>> list_all_events(store::Store& store,
                                                           const base::JobId& job) {
  std::vector<store::EventRow> events;
  for (;;) {
    const std::int64_t after = events.empty() ? 0 : events.back().seq;
    ASSIGN_OR_RETURN(const auto page, store::list_events(store, job, after, kPage));
    events.insert(events.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(kPage)) return events;
  }
}

}  // namespace

ExitCode job_events(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const store::JobRow job, find_named_job(*store, arguments.job));
  ASSIGN_OR_REPORT(const auto events, list_all_events(*store, job.id));
  if (arguments.wants_json) {
    print_record(context,
                 base::json::object{{"job", job.id.value}, {"events", to_records(events)}});
    return ExitCode::done;
  }
  for (const store::EventRow& event : events)
    *context.out.stream << format_event(event, job.created) << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
