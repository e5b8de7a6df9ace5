#include "cli/worker_command.h"

// CLI11 predates our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop
#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/output.h"
#include "core/upkeep/retention.h"

namespace mpegflow::cli {
namespace {

using base::ErrorCode;

/// What stands behind `worker`.
struct WorkerWords {
  std::string server;    ///< a URL
  std::string key_file;  ///< with the token
  std::vector<std::string> pools;
  std::string drain_time = "25s";
  bool wants_json = false;
  ConfigFlags flags;
};

/// The grammar. Values go straight into `words`.
void fill(CLI::App& app, WorkerWords& words) {
  app.set_help_flag("-h,--help", "Print this help");
  app.add_option("--server", words.server, "As in https://host:8443 (default: MPEGFLOW_URL)")
      ->type_name("URL");
  app.add_option("--key-file", words.key_file,
                 "File with a key of the scope worker (default: the key in MPEGFLOW_KEY)")
      ->type_name("FILE");
  app.add_option("--pool", words.pools, "Take tasks of this pool; may be repeated (cpu)")
      ->type_name("POOL");
  app.add_option("--slots", words.flags.jobs, "Tasks at once (default: cores)")->type_name("N");
  app.add_option("--state", words.flags.state_directory,
                 "Where it works and what it must not lose (default: MPEGFLOW_STATE)")
      ->type_name("DIRECTORY");
  app.add_option("--drain-time", words.drain_time,
                 "How long running tasks may go on after SIGTERM (25s)")
      ->type_name("TIME");
  app.add_option("--sandbox", words.flags.sandbox, "auto, on or off")->type_name("MODE");
  app.add_option("--log-format", words.flags.log_format, "console or json")->type_name("FORMAT");
  app.add_flag("--json", words.wants_json, "The same as --log-format json");
  app.footer("mpegflow worker list|show|drain|release look at the hosts that do the work.\n");
}

base::Result<std::string> find_server(const WorkerWords& words, const Context& context) {
  std::string url = words.server.empty() ? find_variable(context, "MPEGFLOW_URL") : words.server;
  if (url.empty())
    return base::fail(ErrorCode::invalid_argument,
                      "a worker needs a server: give --server URL, or set MPEGFLOW_URL");
  const std::size_t host = url.find("://");
  const bool is_web = url.starts_with("http://") || url.starts_with("https://");
  while (is_web && url.ends_with('/') && url.size() > host + 3) url.pop_back();
  if (!is_web || url.size() <= host + 3 || url.find('/', host + 3) != std::string::npos)
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("--server \"{}\": expected http:// or https://, a name and a "
                                  "port, as in https://host:8443",
                                  base::to_printable(url)));
  return url;
}

base::Result<std::string> find_token(const WorkerWords& words, const Context& context) {
  std::string token = find_variable(context, "MPEGFLOW_KEY");
  if (!words.key_file.empty()) {
    ASSIGN_OR_RETURN(token, base::read_file(context.working_directory / words.key_file));
  }
  token = base::trim(token);
  if (token.empty())
    return base::fail(ErrorCode::invalid_argument,
                      "a worker needs a key: give --key-file FILE, or set MPEGFLOW_KEY; on the "
                      "server, mpegflow key create --scope worker makes one");
  return token;
}

base::Result<WorkerOrder> read_order(const WorkerWords& words, const Context& context) {
  WorkerOrder order;
  ASSIGN_OR_RETURN(order.server, find_server(words, context));
  ASSIGN_OR_RETURN(order.token, find_token(words, context));
  order.pools = words.pools.empty() ? std::vector<std::string>{"cpu"} : words.pools;
  const auto drain_time = upkeep::parse_age(words.drain_time);
  if (!drain_time)
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("--drain-time \"{}\" is not a time; write {}",
                                  base::to_printable(words.drain_time), upkeep::kAgeForm));
  order.drain_time = *drain_time;
  return order;
}

base::Result<Config> read_config(const WorkerWords& words, const Context& context) {
  Config config =
      make_config(context.environment, words.flags, context.working_directory, context.cores);
  std::string message;
  for (const ConfigFault& fault : config.validate())
    message += (message.empty() ? "" : "\n") + fault.message;
  if (!message.empty()) return base::fail(ErrorCode::invalid_argument, message);
  return config;
}

}  // namespace

bool is_worker_command(std::span<const std::string> words) {
  return !words.empty() && words.front() == "worker" &&
         (words.size() == 1 || words[1].starts_with('-'));
}

ExitCode run_worker_command(std::span<const std::string> all_words, Context& context,
                            const Work& work) {
  WorkerWords words;
  Arguments arguments;
  CLI::App app("Do the tasks of a server on another machine.", "mpegflow worker");
  fill(app, words);
  try {
    // CLI11 takes the words from the back.
    app.parse(std::vector<std::string>(all_words.rbegin(), std::prev(all_words.rend())));
  } catch (const CLI::CallForHelp&) {
    *context.out.stream << app.help();
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    return report_error(context, arguments,
                        {ErrorCode::invalid_argument,
                         base::to_printable(error.what()) + "; see mpegflow worker --help"});
  }
  arguments.wants_json = words.wants_json;
  ASSIGN_OR_REPORT(const Config config, read_config(words, context));
  ASSIGN_OR_REPORT(const WorkerOrder order, read_order(words, context));
  if (auto checked = context.check_sandbox(config); !checked)
    return report_error(context, arguments, checked.error());
  // Its log is all that it shows.
  base::set_log_level(config.log_level.origin == Origin::built_in ? base::LogLevel::info
                                                                  : config.level());
  base::set_log_format(words.wants_json || config.log_format.text == "json"
                           ? base::LogFormat::json
                           : base::LogFormat::console);
  if (auto worked = work(config, order); !worked)
    return report_error(context, arguments, worked.error());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
