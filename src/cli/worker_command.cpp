#include "cli/worker_command.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/grammar/grammar.h"
#include "cli/output.h"
#include "cli/server_profiles.h"
#include "core/submit/command_line.h"
#include "core/submit/quantity.h"
#include "core/upkeep/retention.h"

namespace mpegflow::cli {
namespace {

using base::ErrorCode;

/// What stands behind `worker`.
struct WorkerWords {
  std::string server;    ///< a URL
  std::string profile;   ///< the name of one
  std::string key_file;  ///< with the token
  std::vector<std::string> pools;
  std::string drain_time = "25s";
  std::string notice_command;  ///< a command line
  std::string min_free = "256MiB";
  bool wants_json = false;
  ConfigFlags flags;
};

constexpr const char* kWorkerFooter =
    "mpegflow worker list|show|drain|quarantine|release look at the hosts that do the work.";

/// The grammar. Values go straight into `words`.
void add_worker(const grammar::Syntax& root, WorkerWords& words) {
  const grammar::Syntax worker = root.add("worker", "Do the tasks of a server on another machine");
  worker.option("--server", &words.server, "As in https://host:8443 (default: MPEGFLOW_URL)",
                "URL");
  worker.option("--profile", &words.profile,
                "The server of that name in servers.yaml, with its key (default: MPEGFLOW_PROFILE)",
                "NAME");
  worker.option("--key-file", &words.key_file,
                "File with a key of the scope worker (default: the key in MPEGFLOW_KEY)", "FILE");
  worker.option("--pool", &words.pools, "Take tasks of this pool; may be repeated (cpu)", "POOL");
  worker.option("--slots", &words.flags.jobs, "Tasks at once (default: cores)", "N");
  worker.option("--state", &words.flags.state_directory,
                "Where it works and what it must not lose (default: MPEGFLOW_STATE)", "DIRECTORY");
  worker.option("--drain-time", &words.drain_time,
                "How long running tasks may go on after SIGTERM (25s)", "TIME");
  worker.option("--notice-command", &words.notice_command,
                "Asked every 5 s; ends with 0 once this machine is about to be taken away "
                "(default: MPEGFLOW_NOTICE_COMMAND)",
                "COMMAND");
  worker.option("--min-free", &words.min_free,
                "Take no tasks while the disk of --state has less room (256MiB; 0: never mind)",
                "SIZE");
  worker.option("--sandbox", &words.flags.sandbox, "auto, on or off", "MODE");
  worker.option("--log-format", &words.flags.log_format, "console or json", "FORMAT");
  worker.flag("--json", words.wants_json, "The same as --log-format json");
  worker.footer(kWorkerFooter);
}

/// Where the server is, and who said so.
struct Place {
  std::string url, source;
  base::Path key_file;  ///< of a profile; empty = none
};

/// The name of the profile that counts; empty = none does.
std::string choose_profile(const WorkerWords& words, const Context& context) {
  if (!words.profile.empty()) return words.profile;
  if (!words.server.empty() || !find_variable(context, "MPEGFLOW_URL").empty()) return {};
  return find_variable(context, "MPEGFLOW_PROFILE");
}

base::Result<Place> find_place(const WorkerWords& words, const Config& config,
                               const Context& context) {
  if (!words.server.empty() && !words.profile.empty())
    return base::fail(ErrorCode::invalid_argument,
                      "--profile and --server both name a server: give one of them");
  const std::string profile = choose_profile(words, context);
  if (!profile.empty()) {
    ASSIGN_OR_RETURN(
        const ServerProfile found,
        find_server_profile(profile, config.servers.text, find_variable(context, "HOME")));
    return Place{found.url, "the profile " + base::to_printable(profile), found.key_file};
  }
  if (!words.server.empty()) return Place{words.server, "--server", {}};
  Place place{find_variable(context, "MPEGFLOW_URL"), "MPEGFLOW_URL", {}};
  if (place.url.empty())
    return base::fail(ErrorCode::invalid_argument,
                      "a worker needs a server: give --server URL or --profile NAME, or set "
                      "MPEGFLOW_URL or MPEGFLOW_PROFILE");
  return place;
}

base::Result<std::string> read_url(const Place& place) {
  std::string url = place.url;
  const std::size_t host = url.find("://");
  const bool is_web = url.starts_with("http://") || url.starts_with("https://");
  while (is_web && url.ends_with('/') && url.size() > host + 3) url.pop_back();
  if (!is_web || url.size() <= host + 3 || url.find('/', host + 3) != std::string::npos)
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("{}: \"{}\" does not do; expected http:// or https://, a name "
                                  "and a port, as in https://host:8443",
                                  place.source, base::to_printable(url)));
  return url;
}

base::Result<std::string> find_token(const WorkerWords& words, const Place& place,
                                     const Context& context) {
  std::string token = find_variable(context, "MPEGFLOW_KEY");
  const base::Path file =
      words.key_file.empty() ? place.key_file : context.working_directory / words.key_file;
  if (!file.empty()) {
    ASSIGN_OR_RETURN(token, base::read_file(file));
  }
  token = base::trim(token);
  if (token.empty())
    return base::fail(ErrorCode::invalid_argument,
                      "a worker needs a key: give --key-file FILE, or set MPEGFLOW_KEY; on the "
                      "server, mpegflow key create --scope worker makes one");
  return token;
}

base::Result<std::vector<std::string>> find_notice_command(const WorkerWords& words,
                                                           const Context& context) {
  const bool is_flag = !words.notice_command.empty();
  auto argv = submit::split_command_line(
      is_flag ? words.notice_command : find_variable(context, "MPEGFLOW_NOTICE_COMMAND"));
  if (argv) return std::move(*argv);
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{}: a quote does not end; close it",
                                is_flag ? "--notice-command" : "MPEGFLOW_NOTICE_COMMAND"));
}

base::Result<WorkerOrder> read_order(const WorkerWords& words, const Config& config,
                                     const Context& context) {
  WorkerOrder order;
  ASSIGN_OR_RETURN(const Place place, find_place(words, config, context));
  ASSIGN_OR_RETURN(order.server, read_url(place));
  ASSIGN_OR_RETURN(order.token, find_token(words, place, context));
  order.pools = words.pools.empty() ? std::vector<std::string>{"cpu"} : words.pools;
  const auto drain_time = upkeep::parse_age(words.drain_time);
  if (!drain_time)
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("--drain-time \"{}\" is not a time; write {}",
                                  base::to_printable(words.drain_time), upkeep::kAgeForm));
  order.drain_time = *drain_time;
  ASSIGN_OR_RETURN(order.notice_command, find_notice_command(words, context));
  const auto min_free = submit::parse_byte_size(words.min_free);
  if (!min_free)
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("--min-free \"{}\" is not a size; write it as in 2GiB, or 0",
                                  base::to_printable(words.min_free)));
  order.min_free_bytes = *min_free;
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

grammar::Tree describe_worker_command() {
  WorkerWords unused;
  grammar::Grammar grammar("", "");
  add_worker(grammar.root(), unused);
  return grammar.tree().commands.front();
}

bool is_worker_command(std::span<const std::string> words) {
  return !words.empty() && words.front() == "worker" &&
         (words.size() == 1 || words[1].starts_with('-'));
}

ExitCode run_worker_command(std::span<const std::string> all_words, Context& context,
                            const Work& work) {
  WorkerWords words;
  Arguments arguments;
  grammar::Grammar grammar("", "");
  add_worker(grammar.root(), words);
  const auto parsed = grammar.parse(all_words);
  if (!parsed)
    return report_error(
        context, arguments,
        {ErrorCode::invalid_argument, parsed.error().message + "; see mpegflow worker --help"});
  if (parsed->asks_for_help) {
    WorkerWords unused;
    grammar::Grammar fresh("", "");
    add_worker(fresh.root(), unused);
    *context.out.stream << fresh.help(std::vector<std::string>{"worker"});
    return ExitCode::done;
  }
  arguments.wants_json = words.wants_json;
  ASSIGN_OR_REPORT(const Config config, read_config(words, context));
  ASSIGN_OR_REPORT(const WorkerOrder order, read_order(words, config, context));
  if (auto checked = context.check_sandbox(config); !checked)
    return report_error(context, arguments, checked.error());
  base::set_log_level(config.service_level());
  base::set_log_format(words.wants_json || config.log_format.text == "json"
                           ? base::LogFormat::json
                           : base::LogFormat::console);
  if (auto worked = work(config, order); !worked)
    return report_error(context, arguments, worked.error());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
