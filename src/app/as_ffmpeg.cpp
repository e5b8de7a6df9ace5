#include "app/as_ffmpeg.h"

#include <algorithm>
#include <sstream>

#include <unistd.h>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/command_line.h"
#include "cli/ffmpeg_command.h"

namespace mpegflow::app {
namespace {

constexpr int kFailed = 1;
constexpr int kStopped = 255;

/// What cannot be done as FFmpeg does it while it runs.
command::Outcome<void> check_manners(const command::CommandLine& line) {
  for (const command::ReadCommand& command : line.commands)
    for (const command::OptionUse& use : command.parsed.globals)
      if (use.name == "progress")
        return command::refuse(command::RefusalCode::pipe,
                               "somebody waits for its progress on a pipe");
  return {};
}

/// Why the command is none for us; nullopt if it is.
std::optional<command::Refusal> find_refusal(const std::vector<std::string>& words,
                                             const cli::Context& context) {
  const auto line = cli::read_ffmpeg_command(words, context);
  if (!line) return line.error();
  if (auto checked = check_manners(*line); !checked) return checked.error();
  const auto job = cli::make_command_job(*line, context);
  if (!job) return job.error();
  std::error_code ignored;
  const bool asks = job->overwrite != command::Overwrite::all &&
                    std::ranges::any_of(job->outputs, [&](const std::string& output) {
                      return std::filesystem::exists(output, ignored);
                    });
  if (asks)
    return command::Refusal{command::RefusalCode::unclear_file,
                            "an output exists and -y is not given: FFmpeg asks"};
  return std::nullopt;
}

/// The tasks of FFmpeg commands that the run has begun, from its events.
std::vector<std::string> list_begun(const std::string& events) {
  std::vector<std::string> tasks;
  for (const std::string& line : base::split(events, '\n')) {
    const auto record = base::parse_json(line, "event");
    if (!record || !record->is_object()) continue;
    const base::json::object event = base::object_or(record->get_object(), "event");
    const std::string id = base::text_or(event, "task_id");
    if (base::text_or(event, "kind") == "lease_granted" &&
        base::text_or(event, "task") != "publish" && std::ranges::find(tasks, id) == tasks.end())
      tasks.push_back(id);
  }
  return tasks;
}

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
  if (const auto refusal = find_refusal(words, context)) {
    *context.err.stream << fmt::format("mpegflow: {} runs this ({}: {})\n", real.native(),
                                       to_word(refusal->code), refusal->message)
                        << std::flush;
    return become(real, argv);
  }
  std::vector<std::string> run = {"run", "--json", "--again", "--"};
  run.insert(run.end(), words.begin(), words.end());
  const cli::Stream err = context.err;
  std::ostringstream events, unsaid;  // what only mpegflow has to say
  context.out = {&events, false};
  context.err = {&unsaid, false};
  const cli::ExitCode code = cli::run_command_line(run, context);
  context.out = context.err = err;
  const std::vector<std::string> tasks = list_begun(events.str());
  for (const std::string& task : tasks)
    (void)cli::run_command_line(std::vector<std::string>{"task", "log", task}, context);
  if (tasks.empty()) *err.stream << unsaid.str();
  err.stream->flush();
  if (code == cli::ExitCode::done) return 0;
  return code == cli::ExitCode::interrupted || code == cli::ExitCode::terminated ? kStopped
                                                                                 : kFailed;
}

}  // namespace mpegflow::app
