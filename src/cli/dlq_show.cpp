#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

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

std::string make_letter_table(const base::json::array& letters, std::size_t width) {
  Table table({{"TASK"}, {"DIED"}, {"ATTEMPTS", Align::right}, {"WHY", Align::left, true}});
  for (const auto& record : letters) {
    if (!record.is_object()) continue;
    const auto letter = records::parse_dead_letter(record.get_object());
    table.add({base::text_or(record.get_object(), "name"),
               base::to_rfc3339(letter.died).substr(0, 19), fmt::format("{}", letter.fence),
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
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->show_dead_letter(arguments.letter));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const base::json::object head = base::object_or(record, "group");
  if (head.empty()) {  // of one task, "group" is a word
    *context.out.stream << make_text(records::parse_dead_letter(record),
                                     base::text_or(record, "name"));
    return ExitCode::done;
  }
  const store::DeadLetterGroupRow group = records::parse_dead_letter_group(head);
  const base::json::array letters = base::array_or(record, "letters");
  *context.out.stream << make_head(group) << "\n"
                      << make_letter_table(letters, static_cast<std::size_t>(find_width(context)));
  if (group.tasks > std::ssize(letters))
    *context.out.stream << "and " << group.tasks - std::ssize(letters) << " more\n";
  *context.out.stream << "once more: mpegflow dlq reprocess " << group.signature.substr(0, 8)
                      << "\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
