#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"

namespace mpegflow::cli {
namespace {

constexpr base::Micros kLogPause = std::chrono::milliseconds(500);

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

bool is_asked_to_stop(const Context& context) {
  return context.pending_signal && context.pending_signal() != 0;
}

/// Prints what comes in whole lines, where a terminal is to be spared half of a character.
class LogPrinter {
 public:
  explicit LogPrinter(Context& context) : context_(context) {}

  void print(std::string_view text) {
    if (!context_.out.is_terminal) {
      *context_.out.stream << text;
    } else {
      rest_ += text;
      const std::size_t end = rest_.find_last_of("\r\n");
      if (end == std::string::npos) return;
      *context_.out.stream << to_printable_log(std::string_view(rest_).substr(0, end + 1));
      rest_.erase(0, end + 1);
    }
    context_.out.stream->flush();
  }
  void finish() {
    if (!rest_.empty()) *context_.out.stream << to_printable_log(rest_);
  }

 private:
  Context& context_;
  std::string rest_;
};

/// task log -f: what a running attempt writes, until it ends.
ExitCode follow_log(Control& control, const Arguments& arguments, Context& context) {
  TaskLog log;
  std::string task = arguments.task;
  std::optional<std::int64_t> attempt = arguments.attempt;
  LogPrinter printer(context);
  for (bool is_first = true;; is_first = false) {
    const auto part = control.follow_log(task, attempt, std::ssize(log.text));
    const bool is_away =
        !is_first && !part && part.error().code == base::ErrorCode::server_unreachable;
    if (!part && !is_away) return report_error(context, arguments, part.error());
    if (part) {
      task = part->task_id;
      if (part->attempt > 0) attempt = part->attempt;
      log.text += part->text;
      if (!arguments.wants_json) printer.print(part->text);
    }
    if (part && part->is_over) {
      if (!arguments.wants_json) printer.finish();
      else
        print_record(context, make_record(TaskLog{part->job, part->task, part->attempt,
                                                  part->outcome, std::move(log.text)}));
      return ExitCode::done;
    }
    if (is_asked_to_stop(context)) return ExitCode::interrupted;
    if (!part || part->text.empty()) context.pause(kLogPause);
  }
}

}  // namespace

ExitCode task_log(const Arguments& arguments, Context& context) {
  if (arguments.wants_follow) {
    ASSIGN_OR_REPORT(const auto informed, open_informed_control(context));
    return follow_log(*informed, arguments, context);
  }
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const TaskLog log, control->read_log(arguments.task, arguments.attempt));
  if (arguments.wants_json) print_record(context, make_record(log));
  else *context.out.stream << (context.out.is_terminal ? to_printable_log(log.text) : log.text);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
