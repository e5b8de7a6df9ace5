#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/dead_letter_lookup.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

base::Result<std::string> make_table(store::Store& store,
                                     const std::vector<store::DeadLetterGroupRow>& groups,
                                     std::size_t width) {
  Table table({{"GROUP"},
               {"TASKS", Align::right},
               {"JOBS", Align::right},
               {"REASON"},
               {"KIND"},
               {"FIRST"},
               {"LAST"},
               {"EXAMPLE", Align::left, true},
               {"CAUSE", Align::left, true}});
  for (const store::DeadLetterGroupRow& group : groups) {
    ASSIGN_OR_RETURN(const std::string example, name_task(store, group.example));
    table.add({group.signature.substr(0, 8), fmt::format("{}", group.tasks),
               fmt::format("{}", group.jobs), group.reason, group.kind,
               base::to_rfc3339(group.first_died).substr(0, 19),
               base::to_rfc3339(group.last_died).substr(0, 19), example, group.pattern});
  }
  return table.to_text(width);
}

}  // namespace

ExitCode dlq_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto groups, store::list_dead_letter_groups(*store));
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"groups", to_records(groups)}});
    return ExitCode::done;
  }
  if (groups.empty()) {
    *context.out.stream << "no dead letters\n";
    return ExitCode::done;
  }
  ASSIGN_OR_REPORT(const std::string table,
                   make_table(*store, groups, static_cast<std::size_t>(find_width(context))));
  *context.out.stream << table << "more: mpegflow dlq show GROUP\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
