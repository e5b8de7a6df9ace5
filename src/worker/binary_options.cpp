#include "worker/binary_options.h"

#include "core/command/full_help.h"
#include "core/command/options_record.h"

namespace mpegflow::worker {
namespace {

struct Answer {
  std::string output, log;
};

/// What the binary prints, however it ends: a question may make it fail.
Answer ask(const Encoder& encoder, process::ProcessRunner& processes, const base::Path& folder,
           std::vector<std::string> words) {
  process::ProcessSpec spec;
  spec.argv = std::move(words);
  spec.argv.insert(spec.argv.begin(), encoder.ffmpeg.native());
  spec.working_folder = folder;
  spec.stderr_file = folder / "stderr";
  spec.capture_stdout = true;
  spec.output_limit = 16 << 20;
  spec.deadline = std::chrono::seconds(60);
  const process::StopSignal stop;
  const auto result = processes.run(spec, {}, stop);
  if (!result) return {};
  return {result->stdout_text, base::read_file(spec.stderr_file).value_or("")};
}

}  // namespace

void remember_options(const Encoder& encoder, process::ProcessRunner& processes,
                      const base::Path& folder) {
  const base::Path file = encoder.cache_folder / command::options_file(encoder.revision.id);
  std::error_code ignored;
  if (encoder.cache_folder.empty() || std::filesystem::exists(file, ignored) ||
      !base::make_directories(folder))
    return;
  command::HelpOptions help = command::parse_full_help(
      ask(encoder, processes, folder, {"-hide_banner", "-h", "full"}).output);
  command::BinaryOptions options;
  if (!help.program.empty())
    options.takes_value = command::read_arity_answer(
        ask(encoder, processes, folder, command::make_arity_question(help)).log);
  options.library_options = std::move(help.library);
  (void)base::remove_tree(folder);
  // Without it the binary is asked again.
  if (!options.takes_value.empty()) (void)base::write_file_durably(file, command::to_text(options));
}

}  // namespace mpegflow::worker
