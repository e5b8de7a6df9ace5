#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/event_text.h"
#include "cli/output.h"
#include "records/parse_records.h"

namespace mpegflow::cli {

ExitCode job_events(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_events(arguments.job, 0));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const auto events = records::parse_list(record, "events", records::parse_event);
  for (const store::EventRow& event : events)
    *context.out.stream << format_event(event, events.front().at) << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
