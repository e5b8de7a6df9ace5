#include "cli/rerun.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/live_run.h"
#include "cli/records.h"
#include "cli/shell_quote.h"

namespace mpegflow::cli {

Rerun find_rerun(const Context& context, const store::JobRow& job) {
  Rerun rerun;
  rerun.live_process = find_live_run(context.config, job.identity).value_or("");
  const base::json::value command = parse_column(job.command);
  if (!command.is_object()) return rerun;
  rerun.working_folder =
      base::parse_file_uri(base::text_or(command.get_object(), "working_folder")).value_or("");
  rerun.argv.push_back(context.program);
  for (const auto& word : base::array_or(command.get_object(), "argv"))
    if (word.is_string()) rerun.argv.emplace_back(word.get_string());
  return rerun;
}

std::string to_text(const Rerun& rerun) {
  if (!rerun.live_process.empty())
    return fmt::format("process {} works on the job and will take it up",
                       base::to_printable(rerun.live_process));
  if (rerun.argv.empty()) return "nothing runs by itself here: give the command of the job again";
  const std::string command = base::to_printable(quote_for_shell(rerun.argv));
  if (rerun.working_folder.empty()) return "nothing runs by itself here; to run it:  " + command;
  return fmt::format("nothing runs by itself here; to run it:  cd {} && {}",
                     base::to_printable(quote_for_shell(rerun.working_folder)), command);
}

Rerun parse_rerun(const base::json::object& record) {
  Rerun rerun;
  rerun.live_process = base::text_or(record, "live_process");
  rerun.working_folder = base::text_or(record, "working_folder");
  for (const auto& word : base::array_or(record, "argv"))
    if (word.is_string()) rerun.argv.emplace_back(word.get_string());
  return rerun;
}

base::json::object to_record(const Rerun& rerun) {
  base::json::array argv;
  for (const std::string& word : rerun.argv) argv.emplace_back(base::to_printable(word));
  base::json::object record{{"argv", argv}};
  record["live_process"] = rerun.live_process.empty() ? base::json::value(nullptr)
                                                      : base::json::value(rerun.live_process);
  record["working_folder"] = rerun.working_folder.empty()
                                 ? base::json::value(nullptr)
                                 : base::json::value(base::to_printable(rerun.working_folder));
  return record;
}

}  // namespace mpegflow::cli
