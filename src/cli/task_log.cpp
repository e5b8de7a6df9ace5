#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/zstd.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/records.h"

namespace mpegflow::cli {
namespace {

using base::ErrorCode;

/// The attempt asked for, else the last one that has a log.
base::Result<store::AttemptRow> choose_attempt(const NamedTask& named,
                                               const std::vector<store::AttemptRow>& attempts,
                                               std::optional<std::int64_t> wanted) {
  const std::string name = named.job.id.value + "/" + named.task.key;
  if (attempts.empty())
    return base::fail(ErrorCode::not_found, fmt::format("task {} was not tried yet", name));
  if (wanted) {
    const auto found = std::ranges::find(attempts, *wanted, &store::AttemptRow::fence);
    if (found == attempts.end())
      return base::fail(ErrorCode::not_found,
                        fmt::format("task {} has no attempt {}; there are {} to {}", name, *wanted,
                                    attempts.front().fence, attempts.back().fence));
    return *found;
  }
  for (auto row = attempts.rbegin(); row != attempts.rend(); ++row)
    if (!parse_record(*row).stderr_key.empty()) return *row;
  return attempts.back();
}

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

base::json::object make_record(const NamedTask& named, const store::AttemptRow& attempt,
                               const std::string& log) {
  const bool is_exact = base::is_valid_utf8(log);
  return {{"job", named.job.id.value},
          {"task", named.task.key},
          {"attempt", attempt.fence},
          {"outcome", attempt.outcome},
          {"bytes", static_cast<std::int64_t>(log.size())},
          {"is_exact", is_exact},
          {"text", is_exact ? log : to_printable_log(log)}};
}

}  // namespace

ExitCode task_log(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const NamedTask named, find_named_task(*store, arguments.task));
  ASSIGN_OR_REPORT(const auto attempts, list_attempts_of_task(*store, named.task));
  ASSIGN_OR_REPORT(const store::AttemptRow attempt,
                   choose_attempt(named, attempts, arguments.attempt));
  const audit::AttemptRecord record = parse_record(attempt);
  if (record.stderr_key.empty())
    return report_error(context, arguments,
                        {ErrorCode::not_found,
                         fmt::format("attempt {} of {}/{} left no log (it is {})", attempt.fence,
                                     named.job.id.value, named.task.key, attempt.outcome)});
  ASSIGN_OR_REPORT(objects::ObjectStore * logs, context.open_logs(context.config));
  ASSIGN_OR_REPORT(const std::string compressed, logs->get_bytes(record.stderr_key));
  ASSIGN_OR_REPORT(const std::string log, base::decompress_zstd(compressed));
  if (arguments.wants_json) print_record(context, make_record(named, attempt, log));
  else *context.out.stream << (context.out.is_terminal ? to_printable_log(log) : log);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
