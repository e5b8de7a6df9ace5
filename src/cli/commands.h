#pragma once

#include <span>
#include <string_view>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/exit_codes.h"

namespace mpegflow::cli {

/// mpegflow job submit FILE: gives a server a job.
ExitCode job_submit(const Arguments& arguments, Context& context);
/// mpegflow job watch JOB: tells what happens to it, and ends as it does.
ExitCode job_watch(const Arguments& arguments, Context& context);
/// mpegflow job list: the newest jobs.
ExitCode job_list(const Arguments& arguments, Context& context);
/// mpegflow job show JOB: how a job stands, task by task, and why.
ExitCode job_show(const Arguments& arguments, Context& context);
/// mpegflow job events JOB: its whole story, one event per line.
ExitCode job_events(const Arguments& arguments, Context& context);

/// mpegflow job cancel JOB: its tasks stop, also those that another process runs.
ExitCode job_cancel(const Arguments& arguments, Context& context);
/// mpegflow job reprocess JOB: what failed of it gets another chance.
ExitCode job_reprocess(const Arguments& arguments, Context& context);

/// mpegflow dlq list: dead tasks in groups that failed alike.
ExitCode dlq_list(const Arguments& arguments, Context& context);
/// mpegflow dlq show GROUP|TASK: what died, of what.
ExitCode dlq_show(const Arguments& arguments, Context& context);
/// mpegflow dlq reprocess GROUP|TASK: another chance for one or many, at a rate.
ExitCode dlq_reprocess(const Arguments& arguments, Context& context);

/// mpegflow pool list: where tasks can run, and what waits there.
ExitCode pool_list(const Arguments& arguments, Context& context);
ExitCode pool_show(const Arguments& arguments, Context& context);
/// mpegflow pool set POOL: makes or changes one.
ExitCode pool_set(const Arguments& arguments, Context& context);

/// mpegflow worker list: the hosts, what they do and which of them get no tasks.
ExitCode worker_list(const Arguments& arguments, Context& context);
ExitCode worker_show(const Arguments& arguments, Context& context);
/// mpegflow worker drain HOST: its workers finish what they have, and end.
ExitCode worker_drain(const Arguments& arguments, Context& context);
/// mpegflow worker quarantine HOST: it gets no more tasks; what it runs goes on.
ExitCode worker_quarantine(const Arguments& arguments, Context& context);
/// mpegflow worker release HOST: it gets tasks again.
ExitCode worker_release(const Arguments& arguments, Context& context);

/// mpegflow task show TASK: a task and every attempt at it, with argv, usage and finding.
ExitCode task_show(const Arguments& arguments, Context& context);
/// mpegflow task log TASK: the whole standard error of an attempt.
ExitCode task_log(const Arguments& arguments, Context& context);

/// mpegflow lane list: the lanes in every pool.
ExitCode lane_list(const Arguments& arguments, Context& context);
/// mpegflow lane show LANE: its bound, limits, what waits, and who changed what.
ExitCode lane_show(const Arguments& arguments, Context& context);
/// mpegflow lane set LANE: changes its weight or limits from now on.
ExitCode lane_set(const Arguments& arguments, Context& context);

/// mpegflow spec check FILE: every fault, or that there is none.
ExitCode spec_check(const Arguments& arguments, Context& context);
/// mpegflow spec schema: the JSON Schema of a spec.
ExitCode spec_schema(const Arguments& arguments, Context& context);
/// mpegflow spec plan FILE: tasks and command lines; encodes nothing.
ExitCode spec_plan(const Arguments& arguments, Context& context);
/// mpegflow spec from-command -- ffmpeg …: which files a command opens.
ExitCode spec_from_command(const Arguments& arguments, Context& context);

/// mpegflow preset list: the built-in ones and the user's own.
ExitCode preset_list(const Arguments& arguments, Context& context);
/// mpegflow preset show NAME[@VERSION]: what it sets, as it is written.
ExitCode preset_show(const Arguments& arguments, Context& context);
/// mpegflow preset check FILE: every fault, or that there is none.
ExitCode preset_check(const Arguments& arguments, Context& context);

/// mpegflow classify: what an exit of ffmpeg or ffprobe means, from its log.
ExitCode classify(const Arguments& arguments, Context& context);
/// mpegflow rules list: every rule that reads a log, the user's first.
ExitCode rules_list(const Arguments& arguments, Context& context);
/// mpegflow rules show RULE
ExitCode rules_show(const Arguments& arguments, Context& context);
/// mpegflow rules test: checks a file of rules, and says which rules match a message.
ExitCode rules_test(const Arguments& arguments, Context& context);
/// mpegflow serve: the engine, its HTTP API and a worker, until a signal ends it.
ExitCode serve(const Arguments& arguments, Context& context);
/// mpegflow key create: who shows its token may ask the server for things.
ExitCode key_create(const Arguments& arguments, Context& context);
ExitCode key_list(const Arguments& arguments, Context& context);
ExitCode key_revoke(const Arguments& arguments, Context& context);

/// mpegflow doctor: whether this machine has what jobs need.
ExitCode doctor(const Arguments& arguments, Context& context);
/// mpegflow gc: removes what nobody needs any more, and says why.
ExitCode gc(const Arguments& arguments, Context& context);
/// mpegflow fsck: whether the state is what it promises to be.
ExitCode fsck(const Arguments& arguments, Context& context);
/// mpegflow config show: every setting and where it comes from.
ExitCode config_show(const Arguments& arguments, Context& context);
/// mpegflow completion SHELL: a script that completes the words of mpegflow there.
ExitCode completion(const Arguments& arguments, Context& context);
/// mpegflow version
ExitCode version(const Arguments& arguments, Context& context);

/// One row per command.
struct Command {
  std::string_view name;  ///< "job show"
  ExitCode (*run)(const Arguments& arguments, Context& context);
};
std::span<const Command> commands();

}  // namespace mpegflow::cli
