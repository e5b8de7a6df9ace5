#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string make_group_table(const base::json::array& groups, std::size_t width) {
  Table table({{"GROUP"},
               {"TASKS", Align::right},
               {"JOBS", Align::right},
               {"REASON"},
               {"KIND"},
               {"FIRST"},
               {"LAST"},
               {"EXAMPLE", Align::left, true},
               {"CAUSE", Align::left, true}});
  for (const auto& record : groups) {
    if (!record.is_object()) continue;
    const auto group = records::parse_dead_letter_group(record.get_object());
    table.add({group.signature.substr(0, 8), fmt::format("{}", group.tasks),
               fmt::format("{}", group.jobs), group.reason, group.kind,
               base::to_rfc3339(group.first_died).substr(0, 19),
               base::to_rfc3339(group.last_died).substr(0, 19),
               base::text_or(record.get_object(), "example_name"), group.pattern});
  }
  return table.to_text(width);
}

}  // namespace

ExitCode dlq_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_dead_letters());
  const base::json::array groups = base::array_or(record, "groups");
  if (arguments.wants_json) print_record(context, record);
  else if (groups.empty()) *context.out.stream << "no dead letters\n";
  else
    *context.out.stream << make_group_table(groups, static_cast<std::size_t>(find_width(context)))
                        << "more: mpegflow dlq show GROUP\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
