#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/another_way.h"
#include "cli/commands.h"
#include "cli/dead_letter_choice.h"
#include "cli/dead_letter_lookup.h"
#include "cli/output.h"
#include "cli/rerun.h"

namespace mpegflow::cli {
namespace {

constexpr std::size_t kMostJobsNamed = 5;

/// What became of all pages of a selection.
struct Done {
  std::int64_t tasks = 0;
  std::int64_t waiting = 0;
  std::vector<std::pair<base::TaskId, std::string>> refused;
  std::vector<base::JobId> jobs;
};

void add(Done& done, const store::ReprocessDeadLetters::Answer& answer) {
  done.tasks += answer.tasks;
  done.waiting += answer.waiting;
  done.refused.insert(done.refused.end(), answer.refused.begin(), answer.refused.end());
  for (const base::JobId& job : answer.jobs)
    if (std::ranges::find(done.jobs, job) == done.jobs.end()) done.jobs.push_back(job);
}

base::Result<Done> reprocess_all(store::Store& store, store::ReprocessDeadLetters op) {
  Done done;
  for (;;) {
    ASSIGN_OR_RETURN(const auto answer, store.execute(op));
    add(done, answer);
    if (!answer.after) return done;
    op.after = *answer.after;
    op.first_due = answer.first_due;
  }
}

base::Result<Done> reprocess_one(store::Store& store, const store::DeadLetterRow& letter,
                                 const store::AnotherWay& way) {
  RETURN_IF_ERROR(
      store.execute(store::ReprocessJob{letter.job, "mpegflow dlq reprocess", letter.task, way}));
  return Done{1, 0, {}, {letter.job}};
}

base::Result<Done> reprocess(store::Store& store, const Arguments& arguments, base::WallTime now) {
  ASSIGN_OR_RETURN(const auto way, find_another_way(store, arguments));
  ASSIGN_OR_RETURN(auto choice,
                   read_choice(store, arguments.letters, !arguments.letter.empty(), now));
  if (!arguments.letter.empty()) {
    ASSIGN_OR_RETURN(const NamedLetter named, find_named_letter(store, arguments.letter));
    if (const auto* letter = std::get_if<store::DeadLetterRow>(&named))
      return reprocess_one(store, *letter, way);
    choice.filter.signature = std::get<store::DeadLetterGroupRow>(named).signature;
  }
  store::ReprocessDeadLetters op;
  op.filter = choice.filter;
  op.why = "mpegflow dlq reprocess";
  op.way = way;
  op.rate_per_minute = choice.rate_per_minute;
  return reprocess_all(store, op);
}

base::Result<std::vector<Rerun>> find_reruns(const Context& context, store::Store& store,
                                             const std::vector<base::JobId>& jobs,
                                             std::size_t most) {
  std::vector<Rerun> reruns;
  for (const base::JobId& id : jobs) {
    if (reruns.size() == most) break;
    ASSIGN_OR_RETURN(const auto job, store::find_job(store, id));
    if (job) reruns.push_back(find_rerun(context, *job));
  }
  return reruns;
}

std::string make_text(const Done& done, const std::vector<Rerun>& reruns) {
  std::string text;
  for (const auto& [task, why] : done.refused)
    text += fmt::format("left as it is: {}\n", base::to_printable(why));
  if (done.tasks == 0) return text + "no dead letter gets another chance\n";
  text += fmt::format("{} dead {} of {} {} another chance\n", done.tasks,
                      done.tasks == 1 ? "letter" : "letters",
                      done.jobs.size() == 1 ? "1 job" : fmt::format("{} jobs", done.jobs.size()),
                      done.tasks == 1 ? "gets" : "get");
  if (done.waiting > 0)
    text += fmt::format("{} of them wait for their turn (backing_off)\n", done.waiting);
  for (const Rerun& rerun : reruns) text += to_text(rerun) + "\n";
  if (done.jobs.size() > reruns.size())
    text += fmt::format("and {} jobs more; mpegflow job show JOB names the command of each\n",
                        done.jobs.size() - reruns.size());
  return text;
}

base::json::object make_record(const Done& done, const std::vector<Rerun>& reruns) {
  base::json::array refused;
  for (const auto& [task, why] : done.refused)
    refused.push_back(base::json::object{{"task", task.value}, {"why", why}});
  base::json::array jobs;
  for (std::size_t i = 0; i < done.jobs.size() && i < reruns.size(); ++i)
    jobs.push_back(
        base::json::object{{"job", done.jobs[i].value}, {"rerun", to_record(reruns[i])}});
  return {{"tasks", done.tasks}, {"waiting", done.waiting}, {"refused", refused}, {"jobs", jobs}};
}

}  // namespace

ExitCode dlq_reprocess(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const Done done, reprocess(*store, arguments, context.clock->now()));
  const std::size_t most = arguments.wants_json ? done.jobs.size() : kMostJobsNamed;
  ASSIGN_OR_REPORT(const auto reruns, find_reruns(context, *store, done.jobs, most));
  if (arguments.wants_json) print_record(context, make_record(done, reruns));
  else *context.out.stream << make_text(done, reruns);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
