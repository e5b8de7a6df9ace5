#include "cli/grammar/common.h"
#include "cli/grammar/families.h"

namespace mpegflow::cli::grammar {
namespace {

void add_job_word(const Syntax& command, Arguments& arguments) {
  command.required_word("JOB", &arguments.job, "Id, start of one, or \"last\"");
}

void add_task_word(const Syntax& command, Arguments& arguments) {
  command.required_word("TASK", &arguments.task, "JOB/KEY, or an id");
}

void add_submit(const Syntax& job, Arguments& arguments) {
  const Syntax submit = add_ask(job, arguments, "submit", "Give a server a job");
  submit.required_word("FILE", &arguments.file, "A spec, in YAML or JSON");
  submit.option("-o,--output", &arguments.output, "Output of a spec that has none", "PATH");
  submit.option("--idempotency-key", &arguments.idempotency_key,
                "The same key and spec again is the same job", "TEXT");
  submit.flag("--watch", arguments.wants_watch, "Follow it to its end, as job watch does");
}

void add_tasks(const Syntax& root, Arguments& arguments) {
  const Syntax task = root.add_noun("task", "Look at tasks");
  add_task_word(add_ask(task, arguments, "show", "Show a task and its attempts"), arguments);
  const Syntax log = add_ask(task, arguments, "log", "Print what FFmpeg wrote to standard error");
  add_task_word(log, arguments);
  log.option("--attempt", &arguments.attempt, "Number of the attempt (default: the last)", "N");
  log.flag("-f,--follow", arguments.wants_follow,
           "Go on with what a running attempt writes, until it ends");
}

}  // namespace

void add_jobs(const Syntax& root, Arguments& arguments) {
  const Syntax job = root.add_noun("job", "Submit jobs and look at them");
  add_submit(job, arguments);
  const Syntax list = add_ask(job, arguments, "list", "List jobs, newest first");
  list.option("-n,--limit", &arguments.limit, "At most so many jobs (default 20)", "N");
  list.option("--before", &arguments.before, "Only jobs older than this one", "JOB");
  add_job_word(add_ask(job, arguments, "show", "Show a job and its tasks"), arguments);
  add_job_word(add_ask(job, arguments, "watch", "Follow a job to its end, and end as it does"),
               arguments);
  add_job_word(add_ask(job, arguments, "events", "Tell the whole story of a job"), arguments);
  add_job_word(add_ask(job, arguments, "cancel", "Stop a job, also one that another process runs"),
               arguments);
  const Syntax reprocess =
      add_ask(job, arguments, "reprocess", "Give what failed of a job another chance");
  add_job_word(reprocess, arguments);
  reprocess.option("--task", &arguments.task_key, "Only this task and what waits for it", "KEY");
  add_another_way(reprocess, arguments);
  add_tasks(root, arguments);
}

base::Result<void> finish_job_list(const Arguments& arguments) {
  if (arguments.limit < 1 || arguments.limit > 10'000)
    return usage("--limit takes a whole number from 1 to 10000");
  return {};
}

}  // namespace mpegflow::cli::grammar
