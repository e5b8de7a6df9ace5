#include <fmt/format.h>

#include "base/text.h"
#include "cli/grammar/common.h"
#include "cli/grammar/families.h"
#include "core/submit/preset.h"
#include "core/submit/quantity.h"

namespace mpegflow::cli::grammar {
namespace {

bool is_spec_name(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

base::Result<void> read_memory(const std::string& text, RunOptions& options) {
  if (text.empty()) return {};
  const auto bytes = submit::parse_byte_size(text);
  if (!bytes || *bytes <= 0)
    return usage(fmt::format("--memory {} is not a size; write 2GiB or 500MB", base::quote(text)));
  options.memory = *bytes;
  return {};
}

/// INPUT or SPEC: which of the two the words mean.
base::Result<void> read_words(const std::vector<std::string>& words, RunOptions& options) {
  if (words.empty())
    return usage(
        "run needs a spec or an input: mpegflow run SPEC.yaml, or mpegflow "
        "run --ladder hls-h264 INPUT -o OUTPUT");
  if (words.size() > 1)
    return usage(
        fmt::format("run takes one spec or one input, not also {}", base::quote(words[1])));
  if (options.ladder.empty() && is_spec_name(words[0])) {
    options.spec_file = words[0];
    return {};
  }
  options.input = words[0];
  if (options.ladder.empty())
    return usage(
        fmt::format("what is to be made of {0}? Write mpegflow run --ladder hls-h264 {0} -o "
                    "OUTPUT, or give a spec whose name ends in .yaml, .yml or .json",
                    base::quote(words[0])));
  if (!submit::parse_preset_reference(options.ladder))
    return usage(fmt::format("--ladder {} names no preset; write hls-h264 or hls-h264@1",
                             base::quote(options.ladder)));
  if (options.output.empty())
    return usage("run with --ladder needs an output folder: add -o OUTPUT");
  return {};
}

}  // namespace

void add_run(const Syntax& root, Arguments& arguments) {
  const Syntax run = add_read(root, arguments, "run", "Run a job here and wait for its end");
  RunOptions& options = arguments.run;
  run.word("INPUT", &arguments.words,
           "A job spec (.yaml, .yml, .json), or with --ladder a media file");
  run.option("--script", &options.script, "A file of FFmpeg commands, one a line", "FILE");
  run.flag("--two-pass", options.is_two_pass,
           "Make two passes of the FFmpeg command, which has a bit rate and one output");
  run.footer("mpegflow run [OPTIONS] -- ffmpeg ARGUMENT... runs that command as a job.");
  run.option("--ladder", &options.ladder, "Make what this preset says of INPUT: hls-h264",
             "NAME[@VERSION]");
  run.option("-o,--output", &options.output, "Folder or file to publish to", "PATH");
  run.flag("--again", options.is_again,
           "A new job even if the same command has an answer already; an\n"
           "idempotency key is the new job's from then on");
  run.flag("-q,--quiet", options.is_quiet, "No progress, only how it ended");
  run.option("-j,--jobs", &arguments.flags.jobs, "Encoders at once (default: cores)", "N");
  run.option("--memory", &arguments.memory, "Memory per task, as in 2GiB", "SIZE");
  add_sandbox(run, arguments);
}

base::Result<void> finish_run(Arguments& arguments) {
  RunOptions& options = arguments.run;
  options.command_words = arguments.command_words;
  options.is_json = arguments.wants_json;
  RETURN_IF_ERROR(read_memory(arguments.memory, options));
  if (options.command_words.empty() && options.script.empty())
    return read_words(arguments.words, options);
  if (arguments.words.empty() && options.ladder.empty() && options.output.empty() &&
      (options.script.empty() || options.command_words.empty()))
    return {};
  return usage(
      "run takes one of an FFmpeg command behind --, --script, a spec and --ladder; the "
      "command itself names its inputs and outputs");
}

}  // namespace mpegflow::cli::grammar
