#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"

namespace mpegflow::cli {
namespace {

/// What may go to a terminal: every line printable, carriage returns are ends of lines too.
std::string to_printable_log(std::string_view log) {
  std::string text;
  while (!log.empty()) {
    const std::size_t end = log.find_first_of("\r\n");
    const std::string_view line = log.substr(0, end);
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    if (line.empty() && end != std::string_view::npos) continue;
    // FFmpeg's progress lines are wide; a tab is harmless and keeps its columns.
    for (bool is_first = true; const std::string& part : base::split(line, '\t')) {
      text += (is_first ? "" : "\t") + base::to_printable(part);
      is_first = false;
    }
    text += '\n';
  }
  return text;
}

base::json::object make_record(const TaskLog& log) {
  const bool is_exact = base::is_valid_utf8(log.text);
  return {{"job", log.job},
          {"task", log.task},
          {"attempt", log.attempt},
          {"outcome", log.outcome},
          {"bytes", std::ssize(log.text)},
          {"is_exact", is_exact},
          {"text", is_exact ? log.text : to_printable_log(log.text)}};
}

}  // namespace

ExitCode task_log(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const TaskLog log, control->read_log(arguments.task, arguments.attempt));
  if (arguments.wants_json) print_record(context, make_record(log));
  else *context.out.stream << (context.out.is_terminal ? to_printable_log(log.text) : log.text);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
