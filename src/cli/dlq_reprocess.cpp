#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/dead_letter_choice.h"
#include "cli/output.h"
#include "cli/rerun.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kMostJobsNamed = 5;

/// How the first of them go on, where they do not by themselves.
std::string tell_reruns(const base::json::array& jobs) {
  std::string text;
  std::int64_t named = 0;
  for (const auto& job : jobs) {
    if (!job.is_object()) continue;
    const base::json::object rerun = base::object_or(job.get_object(), "rerun");
    if (rerun.empty()) continue;
    if (named++ < kMostJobsNamed) text += to_text(parse_rerun(rerun)) + "\n";
  }
  if (named > kMostJobsNamed)
    text += fmt::format("and {} jobs more; mpegflow job show JOB names the command of each\n",
                        named - kMostJobsNamed);
  return text;
}

std::string tell_reprocessed(const base::json::object& record) {
  std::string text;
  for (const auto& refused : base::array_or(record, "refused"))
    if (refused.is_object())
      text += fmt::format("left as it is: {}\n",
                          base::to_printable(base::text_or(refused.get_object(), "why")));
  const std::int64_t tasks = base::int_or(record, "tasks");
  if (tasks == 0) return text + "no dead letter gets another chance\n";
  const base::json::array jobs = base::array_or(record, "jobs");
  text +=
      fmt::format("{} dead {} of {} {} another chance\n", tasks, tasks == 1 ? "letter" : "letters",
                  jobs.size() == 1 ? "1 job" : fmt::format("{} jobs", jobs.size()),
                  tasks == 1 ? "gets" : "get");
  if (const std::int64_t waiting = base::int_or(record, "waiting"); waiting > 0)
    text += fmt::format("{} of them wait for their turn (backing_off)\n", waiting);
  return text + tell_reruns(jobs);
}

}  // namespace

ExitCode dlq_reprocess(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const DeadLetterWish wish, read_choice(arguments, context.clock->now()));
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->reprocess_dead_letters(wish));
  if (arguments.wants_json) print_record(context, record);
  else *context.out.stream << tell_reprocessed(record);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
