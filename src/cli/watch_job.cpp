#include "cli/watch_job.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/progress_text.h"
#include "core/queue/job_state.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

constexpr base::Micros kPause = std::chrono::seconds(1);

bool has_been_stopped(const Context& context) {
  return context.pending_signal && context.pending_signal() != 0;
}

void tell(const std::vector<store::EventRow>& events, const Arguments& arguments,
          Context& context) {
  if (arguments.wants_json) return;
  for (const store::EventRow& event : events)
    if (const std::string line = tell_event(event); !line.empty())
      *context.out.stream << line << "\n";
  context.out.stream->flush();
}

/// How the job ended; nullopt while it has not.
base::Result<std::optional<ExitCode>> find_end(const std::string& job, Control& control,
                                               const Arguments& arguments, Context& context) {
  ASSIGN_OR_RETURN(const auto record, control.show_job(job));
  const base::json::object row = base::object_or(record, "job");
  const auto state = queue::parse_job_state(base::text_or(row, "state"));
  if (!state || !queue::is_terminal(*state)) return std::nullopt;
  if (arguments.wants_json) print_record(context, record);
  else
    *context.out.stream << fmt::format("job {} is {}\n", base::text_or(row, "id"), to_word(*state));
  return to_exit_code(*state);
}

}  // namespace

ExitCode watch_job(const std::string& word, Control& control, const Arguments& arguments,
                   Context& context) {
  std::string job = word;
  std::int64_t after = 0;
  bool may_be_over = true;
  for (bool is_first = true;; is_first = false) {
    const auto news = control.list_events(job, after);
    const bool is_away =
        !is_first && !news && news.error().code == base::ErrorCode::server_unreachable;
    if (!news && !is_away) return report_error(context, arguments, news.error());
    if (news) {
      job = base::text_or(*news, "job");
      const auto events = records::parse_list(*news, "events", records::parse_event);
      tell(events, arguments, context);
      if (!events.empty()) after = events.back().seq;
      may_be_over = may_be_over || !events.empty();
    }
    if (may_be_over && !is_away) {
      const auto end = find_end(job, control, arguments, context);
      if (!end && end.error().code != base::ErrorCode::server_unreachable)
        return report_error(context, arguments, end.error());
      if (end && *end) return **end;
      may_be_over = !end;
    }
    if (has_been_stopped(context)) {
      report_error(context, arguments,
                   {base::ErrorCode::interrupted,
                    fmt::format("stopped; the job goes on: mpegflow job watch {}",
                                base::to_printable(job))});
      return ExitCode::interrupted;
    }
    context.pause(kPause);
  }
}

}  // namespace mpegflow::cli
