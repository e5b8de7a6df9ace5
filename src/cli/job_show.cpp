#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/shell_quote.h"
#include "cli/table.h"
#include "cli/task_table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string show_time(const std::optional<base::WallTime>& time) {
  return time ? base::to_rfc3339(*time) : "";
}

std::string show_path(const std::string& uri) {
  return base::parse_file_uri(uri).value_or(uri);
}

std::string show_command(const store::JobRow& job) {
  const base::json::value command = parse_column(job.command);
  if (!command.is_object()) return {};
  std::vector<std::string> argv;
  for (const auto& word : base::array_or(command.get_object(), "argv"))
    if (word.is_string()) argv.emplace_back(word.get_string());
  return quote_for_shell(argv);
}

std::string make_head(const store::JobRow& job, const std::vector<store::InputRow>& inputs) {
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"job", job.id.value},
      {"name", job.name},
      {"state", job.state},
      {"delivery", job.delivery},
      {"created", base::to_rfc3339(job.created)},
      {"started", show_time(job.started)},
      {"finished", show_time(job.finished)},
  };
  for (const store::InputRow& input : inputs)
    pairs.emplace_back("input " + base::to_printable(input.key),
                       show_path(input.uri) + ", " + base::to_human_bytes(input.size));
  pairs.emplace_back("output", show_path(job.output_uri));
  pairs.emplace_back("command", show_command(job));
  return to_key_values(pairs);
}

/// What the last attempt of each task let pass, and how its outputs stood against the rules of the
/// job.
std::string show_quality(const JobPicture& picture) {
  std::string text;
  for (const store::TaskRow& task : picture.tasks) {
    const auto last = std::ranges::find_if(picture.attempts, [&](const store::AttemptRow& row) {
      return row.task == task.id && row.fence == task.fence;
    });
    if (last == picture.attempts.end()) continue;
    const audit::AttemptRecord record = parse_record(*last);
    const std::string key = base::to_printable(task.key);
    for (const auto& item : record.checks) {
      const auto* check = item.if_object();
      const std::string name = check == nullptr ? "" : base::text_or(*check, "name");
      if (name.ends_with("warning"))
        text += fmt::format("{}: warning: {}\n", key,
                            base::to_printable(base::text_or(*check, "found")));
      if (name.find("qc.") == std::string::npos) continue;
      text += fmt::format("{}: {} {}: expected {}, found {}\n", key, base::to_printable(name),
                          base::bool_or(*check, "ok", true) ? "holds" : "is broken",
                          base::to_printable(base::text_or(*check, "expected")),
                          base::to_printable(base::text_or(*check, "found")));
    }
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

ExitCode job_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->show_job(arguments.job));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const records::JobView view = records::parse_job_view(record);
  const JobPicture picture{view.job, view.tasks, view.attempts};
  *context.out.stream << make_head(view.job, view.inputs) << "\n"
                      << make_final_report(picture, {},
                                           static_cast<std::size_t>(find_width(context)))
                      << show_quality(picture);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
