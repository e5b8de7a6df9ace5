#include "app/as_ffmpeg.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <sstream>
#include <thread>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/command_line.h"
#include "cli/ffmpeg_command.h"
#include "core/command/talk.h"

namespace mpegflow::app {
namespace {

constexpr int kFailed = 1;
constexpr int kStopped = 255;

/// A call of ffmpeg that is one for us.
struct Call {
  command::Talk talk;
  std::vector<command::NamePair> names;
  bool listens = true;  ///< to 'q' on standard input
};

/// Reads what cannot be done as FFmpeg does it while it runs, or refuses it.
command::Outcome<Call> read_manners(const command::CommandLine& line) {
  Call call;
  for (const command::ReadCommand& command : line.commands) {
    for (const command::OptionUse& use : command.parsed.globals) {
      if (use.name == "progress")
        return command::refuse(command::RefusalCode::pipe,
                               "somebody waits for its progress on a pipe");
      if (use.name == "stdin") call.listens = !use.is_negated;
    }
    const auto talk = command::read_talk(command.parsed);
    if (!talk)
      return command::refuse(command::RefusalCode::unknown_option, "its -loglevel cannot be read");
    call.talk = *talk;
  }
  return call;
}

/// The call, or why it is none for us.
command::Outcome<Call> read_call(const std::vector<std::string>& words,
                                 const cli::Context& context) {
  const auto line = cli::read_ffmpeg_command(words, context);
  if (!line) return tl::unexpected(line.error());
  auto call = read_manners(*line);
  if (!call) return call;
  auto job = cli::make_command_job(*line, context);
  if (!job) return tl::unexpected(job.error());
  std::error_code ignored;
  const bool asks = job->overwrite != command::Overwrite::all &&
                    std::ranges::any_of(job->outputs, [&](const std::string& output) {
                      return std::filesystem::exists(output, ignored);
                    });
  if (asks)
    return command::refuse(command::RefusalCode::unclear_file,
                           "an output exists and -y is not given: FFmpeg asks");
  call->names = std::move(job->names);
  return call;
}

std::string find_banner(const command::Talk& talk, const cli::Context& context) {
  const auto revision = context.find_revision(context.config);
  if (!revision) return {};
  const auto facts = base::parse_json(revision->facts, "encoder facts");
  if (!facts || !facts->is_object()) return {};
  return command::make_banner(talk, base::text_or(facts->get_object(), "banner"));
}

/// Why the job failed, from its last record: a line for each task that did.
std::string explain_end(const std::string& records) {
  std::string text;
  for (const std::string& line : base::split(records, '\n')) {
    const auto record = base::parse_json(line, "record");
    if (!record || !record->is_object()) continue;
    for (const auto& task : base::array_or(record->get_object(), "tasks")) {
      if (!task.is_object()) continue;
      const std::string cause = base::text_or(task.get_object(), "cause");
      const std::string state = base::text_or(task.get_object(), "state");
      if (!cause.empty() && state != "succeeded")
        text += fmt::format("mpegflow: {}\n", base::to_printable(cause));
    }
  }
  return text;
}

/// Whoever stopped the call does not come back to go on with it: nothing of it stays.
void cancel(const std::string& records, cli::Context& context) {
  for (const std::string& line : base::split(records, '\n')) {
    const auto record = base::parse_json(line, "record");
    if (!record || !record->is_object()) continue;
    const std::string job = base::text_or(base::object_or(record->get_object(), "job"), "id");
    if (!job.empty())
      (void)cli::run_command_line(std::vector<std::string>{"job", "cancel", job}, context);
  }
}

/// Takes a 'q' on standard input for what Ctrl-C is, as FFmpeg does, until it is destroyed.
class KeyWatch {
 public:
  explicit KeyWatch(bool listens) : over_(::eventfd(0, EFD_CLOEXEC)) {
    struct stat input {};
    const bool is_heard =
        ::isatty(STDIN_FILENO) == 1 || (::fstat(STDIN_FILENO, &input) == 0 &&
                                        (S_ISFIFO(input.st_mode) || S_ISSOCK(input.st_mode)));
    if (listens && is_heard && over_.is_open()) thread_ = std::thread([this] { listen(); });
  }
  KeyWatch(const KeyWatch&) = delete;
  KeyWatch& operator=(const KeyWatch&) = delete;
  ~KeyWatch() {
    if (!thread_.joinable()) return;
    ::eventfd_write(over_.get(), 1);
    thread_.join();
  }

 private:
  void listen() const {
    for (;;) {
      std::array<pollfd, 2> fds{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{over_.get(), POLLIN, 0}};
      if (::poll(fds.data(), fds.size(), -1) < 0) continue;
      if (fds[1].revents != 0) return;
      char key = 0;
      // A program in the background that reads from the terminal would be stopped for it.
      const bool is_ours = ::isatty(STDIN_FILENO) != 1 || ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
      if (!is_ours || ::read(STDIN_FILENO, &key, 1) <= 0) return;
      if (key == 'q') {
        ::kill(::getpid(), SIGINT);
        return;
      }
    }
  }

  base::UniqueFd over_;
  std::thread thread_;
};

int become(const base::Path& program, const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execv(program.c_str(), words.data());
  return kFailed;
}

}  // namespace

bool is_called_ffmpeg(const char* program) {
  return program != nullptr && base::Path(program).filename() == "ffmpeg";
}

base::Path find_other_ffmpeg(const std::string& path) {
  std::error_code error;
  const base::Path self = std::filesystem::canonical("/proc/self/exe", error);
  for (const std::string& folder : base::split(path, ':')) {
    const base::Path found = std::filesystem::canonical(base::Path(folder) / "ffmpeg", error);
    if (!folder.empty() && !error && found != self && ::access(found.c_str(), X_OK) == 0)
      return found;
  }
  return {};
}

int run_as_ffmpeg(const std::vector<std::string>& argv, cli::Context& context) {
  const auto given = context.environment.find("MPEGFLOW_FFMPEG");
  const auto path = context.environment.find("PATH");
  const base::Path real =
      given != context.environment.end()
          ? base::Path(given->second)
          : find_other_ffmpeg(path == context.environment.end() ? "/usr/local/bin:/usr/bin:/bin"
                                                                : path->second);
  if (real.empty()) {
    *context.err.stream << "mpegflow: no other ffmpeg than this link was found along PATH\n";
    return kFailed;
  }
  context.environment["MPEGFLOW_FFMPEG"] = real.native();
  context.config =
      cli::make_config(context.environment, {}, context.working_directory, context.cores);
  std::vector<std::string> words = {"ffmpeg"};
  words.insert(words.end(), argv.begin() + 1, argv.end());
  const auto call = read_call(words, context);
  if (!call) {
    *context.err.stream << fmt::format("mpegflow: {} runs this ({}: {})\n", real.native(),
                                       to_word(call.error().code), call.error().message)
                        << std::flush;
    return become(real, argv);
  }
  std::vector<std::string> run = {"run", "--json", "--again", "--"};
  run.insert(run.end(), words.begin(), words.end());
  const cli::Stream err = context.err;
  std::ostringstream records, unsaid;  // what only mpegflow has to say
  context.out = {&records, false};
  context.err = {&unsaid, false};
  context.ffmpeg_options = command::make_talk_options(call->talk);
  command::TalkFilter filter(call->talk, call->names);
  std::atomic<bool> has_spoken = false;
  context.show_log = [&](std::string_view bytes) {
    has_spoken = true;
    *err.stream << filter.take(bytes) << std::flush;
  };
  *err.stream << find_banner(call->talk, context) << std::flush;
  const cli::ExitCode code = [&] {
    const KeyWatch keys(call->listens);
    return cli::run_command_line(run, context);
  }();
  *err.stream << filter.finish();
  if (code == cli::ExitCode::done) return 0;
  if (code == cli::ExitCode::interrupted || code == cli::ExitCode::terminated) {
    cancel(records.str(), context);
    return kStopped;
  }
  *err.stream << (has_spoken ? explain_end(records.str()) : unsaid.str()) << std::flush;
  return kFailed;
}

}  // namespace mpegflow::app
