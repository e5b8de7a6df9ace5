#include "app/program.h"

#include <filesystem>
#include <iostream>
#include <thread>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/as_ffmpeg.h"
#include "app/doctor_facts.h"
#include "app/local_worker.h"
#include "app/parts.h"
#include "app/probe_for_plan.h"
#include "app/serve.h"
#include "app/stop_request.h"
#include "app/worker.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "cli/user_rules_file.h"
#include "cli/worker_command.h"
#include "deliver/sender.h"
#include "process/local/priority.h"

extern char** environ;

namespace mpegflow::app {
namespace {

cli::Environment read_environment() {
  cli::Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return environment;
}

int terminal_width() {
  winsize size{};
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 0;
}

constexpr base::Micros kDeliveryTime = std::chrono::seconds(5);

/// Ends with a signal, which its handler interrupts it for.
void pause(base::Micros duration) {
  ::poll(nullptr, 0, static_cast<int>(duration.count() / 1000));
}

/// What cannot be sent now goes with a later command.
void deliver_due(const cli::Config& config, Parts& parts) {
  const auto store = parts.open_store(config);
  if (!store) return;
  deliver::Sender sender(**store, parts.http(), parts.entropy());
  const base::SteadyTime until = parts.clock().steady() + kDeliveryTime;
  const auto sent = sender.run_once([&] { return parts.clock().steady() > until; });
  if (!sent) base::log(base::LogLevel::warn, "not_sent", {{"what", sent.error().message}});
}

/// Also of a socket, which /dev/stdin cannot be opened as.
base::Result<std::string> read_standard_input() {
  std::string text;
  std::vector<char> buffer(1U << 20U);
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    else if (errno != EINTR)
      return tl::unexpected(base::make_file_error(errno, "read", "standard input"));
  }
}

cli::Context make_context(Parts& parts, const std::string& program) {
  cli::Context context;
  context.out = {&std::cout, isatty(STDOUT_FILENO) == 1};
  context.err = {&std::cerr, isatty(STDERR_FILENO) == 1};
  context.terminal_width = terminal_width;
  context.environment = read_environment();
  std::error_code error;
  context.working_directory = std::filesystem::current_path(error);
  context.program = program;
  context.boot_id = store::read_boot_id();
  context.cores = std::max(1U, std::thread::hardware_concurrency());
  context.clock = &parts.clock();
  context.entropy = &parts.entropy();
  context.http = &parts.http();
  context.pending_signal = pending_stop_signal;
  context.pause = pause;
  context.read_standard_input = read_standard_input;
  context.open_store = [&](const cli::Config& config) { return parts.open_store(config); };
  context.open_logs = [&](const cli::Config& config) { return parts.open_logs(config); };
  context.open_local_state = [&](const cli::Config& config) {
    return parts.open_local_state(config);
  };
  const cli::Environment environment = context.environment;
  const auto find = [&parts, environment](const cli::Config& config) {
    return parts.find_encoder(config, environment);
  };
  context.find_encoder = [find](const cli::Config& config) -> base::Result<encode::EncoderFacts> {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, find(config));
    return encode::read_encoder_facts(encoder->version, encoder->revision.facts);
  };
  context.find_revision =
      [find](const cli::Config& config) -> base::Result<store::EncoderRevisionRow> {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, find(config));
    return encoder->revision;
  };
  context.probe_input = [&parts, find](const cli::Config& config,
                                       const base::Path& input) -> base::Result<probe::Probe> {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, find(config));
    return probe_for_plan(config, input, *encoder, parts);
  };
  context.look_around = [&parts, find](const cli::Config& config) {
    return look_around(config, find(config), parts);
  };
  context.check_sandbox = [&parts](const cli::Config& config) {
    return check_sandbox(config, parts);
  };
  context.serve = [&parts, environment](const cli::Config& config, const cli::ServeOrder& order) {
    return serve(config, environment, order, parts);
  };
  context.deliver_due = [&parts](const cli::Config& config) { deliver_due(config, parts); };
  context.make_worker = [&parts, find](const cli::Config& config, const cli::WorkOrder& order)
      -> base::Result<std::unique_ptr<cli::LocalWorker>> {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, find(config));
    ASSIGN_OR_RETURN(store::Store * store, parts.open_store(config));
    ASSIGN_OR_RETURN(objects::ObjectStore * logs, parts.open_logs(config));
    ASSIGN_OR_RETURN(auto rules, cli::read_user_rules_file(config.rules.text));
    const LocalParts local{*store,        *logs,           parts.processes(config),
                           parts.clock(), parts.entropy(), *encoder,
                           parts.http(),  std::move(rules)};
    return make_local_worker(local, order);
  };
  return context;
}

}  // namespace

int run_program(const std::vector<std::string>& argv) {
  const bool is_link = !argv.empty() && is_called_ffmpeg(argv.front().c_str());
  process::ask_for_short_slices();  // before any thread
  if (is_link || (argv.size() > 1 && argv[1] == "run")) process::ask_for_small_pages();
  std::ios::sync_with_stdio(false);
  catch_stop_signals();
  Parts parts;
  cli::Context context = make_context(parts, argv.empty() ? "mpegflow" : argv.front());
  if (is_link) return run_as_ffmpeg(argv, context);
  const std::vector<std::string> words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
  if (cli::is_worker_command(words))
    return static_cast<int>(cli::run_worker_command(
        words, context, [&](const cli::Config& config, const cli::WorkerOrder& order) {
          return work(config, context.environment, order, parts);
        }));
  return static_cast<int>(cli::run_command_line(words, context));
}

}  // namespace mpegflow::app
