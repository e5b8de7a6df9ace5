#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/dead_letter_lookup.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kMostShown = 100;

std::string make_head(const store::DeadLetterGroupRow& group) {
  return to_key_values({{"group", group.signature},
                        {"tasks", fmt::format("{} of {} jobs", group.tasks, group.jobs)},
                        {"kind", group.kind},
                        {"bucket", group.bucket},
                        {"reason", group.reason},
                        {"cause", group.pattern},
                        {"rule", group.rule},
                        {"encoder", group.encoder_revision.value.substr(0, 12)},
                        {"first", base::to_rfc3339(group.first_died)},
                        {"last", base::to_rfc3339(group.last_died)}});
}

base::Result<std::string> make_table(store::Store& store,
                                     const std::vector<store::DeadLetterRow>& letters,
                                     std::size_t width) {
  Table table({{"TASK"}, {"DIED"}, {"ATTEMPTS", Align::right}, {"WHY", Align::left, true}});
  for (const store::DeadLetterRow& letter : letters) {
    ASSIGN_OR_RETURN(const std::string name, name_task(store, letter.task));
    table.add({name, base::to_rfc3339(letter.died).substr(0, 19), fmt::format("{}", letter.fence),
               letter.why});
  }
  return table.to_text(width);
}

std::string make_text(const store::DeadLetterRow& letter, const std::string& name) {
  return to_key_values({{"task", name},
                        {"id", letter.task.value},
                        {"group", letter.signature},
                        {"kind", letter.kind},
                        {"lane", letter.lane},
                        {"died", base::to_rfc3339(letter.died)},
                        {"bucket", letter.bucket},
                        {"reason", letter.reason},
                        {"cause", letter.cause},
                        {"rule", letter.rule},
                        {"why", letter.why},
                        {"attempts", fmt::format("{}", letter.fence)},
                        {"encoder", letter.encoder_revision.value.substr(0, 12)},
                        {"its log", "mpegflow task log " + name},
                        {"once more", "mpegflow dlq reprocess " + name}});
}

}  // namespace

ExitCode dlq_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const NamedLetter named, find_named_letter(*store, arguments.letter));
  if (const auto* letter = std::get_if<store::DeadLetterRow>(&named)) {
    ASSIGN_OR_REPORT(const std::string name, name_task(*store, letter->task));
    if (arguments.wants_json) print_record(context, to_record(*letter));
    else *context.out.stream << make_text(*letter, name);
    return ExitCode::done;
  }
  const auto& group = std::get<store::DeadLetterGroupRow>(named);
  store::DeadLetterFilter filter;
  filter.signature = group.signature;
  ASSIGN_OR_REPORT(const auto letters, store::list_dead_letters(*store, filter, kMostShown));
  if (arguments.wants_json) {
    print_record(context,
                 base::json::object{{"group", to_record(group)}, {"letters", to_records(letters)}});
    return ExitCode::done;
  }
  ASSIGN_OR_REPORT(const std::string table,
                   make_table(*store, letters, static_cast<std::size_t>(find_width(context))));
  *context.out.stream << make_head(group) << "\n" << table;
  if (group.tasks > kMostShown)
    *context.out.stream << "and " << group.tasks - kMostShown << " more\n";
  *context.out.stream << "once more: mpegflow dlq reprocess " << group.signature.substr(0, 8)
                      << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
