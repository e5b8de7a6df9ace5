#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>

#include <fmt/format.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run.h"

namespace mpegflow::cli {
namespace {

ExitCode help(const Arguments& arguments, Context& context) {
  *context.out.stream << arguments.help;
  return ExitCode::done;
}

ExitCode run(const Arguments& arguments, Context& context) {
  return run_command(arguments.run, context);
}

constexpr auto kCommands = std::to_array<Command>({
    {"run", &run},
    {"job submit", &job_submit},
    {"job watch", &job_watch},
    {"job list", &job_list},
    {"job show", &job_show},
    {"job events", &job_events},
    {"job cancel", &job_cancel},
    {"job reprocess", &job_reprocess},
    {"dlq list", &dlq_list},
    {"dlq show", &dlq_show},
    {"dlq reprocess", &dlq_reprocess},
    {"pool list", &pool_list},
    {"pool show", &pool_show},
    {"pool set", &pool_set},
    {"worker list", &worker_list},
    {"worker show", &worker_show},
    {"worker drain", &worker_drain},
    {"worker quarantine", &worker_quarantine},
    {"worker release", &worker_release},
    {"task show", &task_show},
    {"task log", &task_log},
    {"lane list", &lane_list},
    {"lane show", &lane_show},
    {"lane set", &lane_set},
    {"spec check", &spec_check},
    {"spec schema", &spec_schema},
    {"spec plan", &spec_plan},
    {"preset list", &preset_list},
    {"preset show", &preset_show},
    {"preset check", &preset_check},
    {"spec from-command", &spec_from_command},
    {"classify", &classify},
    {"rules list", &rules_list},
    {"rules show", &rules_show},
    {"rules test", &rules_test},
    {"serve", &serve},
    {"key create", &key_create},
    {"key list", &key_list},
    {"key revoke", &key_revoke},
    {"doctor", &doctor},
    {"gc", &gc},
    {"fsck", &fsck},
    {"config show", &config_show},
    {"completion", &completion},
    {"version", &version},
    {"help", &help},
});

/// Reports every fault of the config; the code says whether a flag or the environment is to blame.
ExitCode report_faults(Context& context, const Arguments& arguments,
                       const std::vector<ConfigFault>& faults) {
  std::string message;
  bool is_flag = true;
  for (const ConfigFault& fault : faults) {
    message += (message.empty() ? "" : "\n") + fault.message;
    is_flag = is_flag && fault.origin == Origin::flag;
  }
  report_error(context, arguments, {base::ErrorCode::invalid_argument, message});
  return is_flag ? ExitCode::usage : ExitCode::misconfigured;
}

/// Commands that work whatever the settings are.
bool needs_config(std::string_view command) {
  return command != "version" && command != "help" && command != "completion" &&
         !command.starts_with("spec ") && !command.starts_with("preset ") &&
         !command.starts_with("rules ") && command != "classify" && command != "config show";
}

/// Commands that have no meaning for a server, or that only its own machine may give.
bool is_for_state_alone(std::string_view command) {
  return command == "gc" || command == "fsck" || command.starts_with("key ");
}

base::Error refuse_server(const ServerSetting& setting, const std::string& command) {
  return {
      base::ErrorCode::invalid_argument,
      fmt::format("mpegflow {} works on the state of a machine, and {} names a server: run it "
                  "there, or give --state DIRECTORY for the one here",
                  command,
                  setting.profile.source.empty() ? setting.server.source : setting.profile.source)};
}

ExitCode run_parsed(const Arguments& arguments, Context& context) {
  context.config =
      make_config(context.environment, arguments.flags, context.working_directory, context.cores);
  context.server = choose_server(context.environment, arguments.server, context.config,
                                 context.working_directory);
  auto faults = context.config.validate();
  std::ranges::move(find_faults(context.server, context.config), std::back_inserter(faults));
  if (!faults.empty() && needs_config(arguments.command))
    return report_faults(context, arguments, faults);
  if (context.server.is_there() && is_for_state_alone(arguments.command))
    return report_error(context, arguments, refuse_server(context.server, arguments.command));
  base::set_log_level(context.config.level());
  base::set_log_format(context.config.log_format.text == "json" ? base::LogFormat::json
                                                                : base::LogFormat::console);
  const auto* found = std::ranges::find(kCommands, arguments.command, &Command::name);
  base::check(found != kCommands.end(), "every command that is parsed has a row");
  return found->run(arguments, context);
}

ExitCode run_guarded(const Arguments& arguments, Context& context) {
  const auto report_bug = [&](const std::string& what) {
    return report_error(context, arguments,
                        {base::ErrorCode::internal, "this is a bug of mpegflow: " + what});
  };
  try {
    return run_parsed(arguments, context);
  } catch (const base::InvariantViolation& violation) {
    return report_bug(violation.what);
  } catch (const std::exception& exception) {
    return report_bug(exception.what());
  }
}

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

ExitCode run_command_line(std::span<const std::string> words, Context& context) {
  auto arguments = parse_arguments(words);
  if (!arguments) {
    Arguments none;
    none.wants_json = asks_for_json(words);
    base::Error error = std::move(arguments).error();
    error.message += "\n       mpegflow help lists the commands";
    return report_error(context, none, error);
  }
  const ExitCode code = run_guarded(*arguments, context);
  context.out.stream->flush();
  // A full disk or a closed pipe under `mpegflow … > file` is no success.
  if (code == ExitCode::done && context.out.stream->fail()) {
    Arguments plain;
    return report_error(context, plain,
                        {base::ErrorCode::io_failed, "the output could not be written whole"});
  }
  return code;
}

}  // namespace mpegflow::cli
