#include "cli/ffmpeg_command.h"

#include <algorithm>

#include <fmt/format.h>
#include <fnmatch.h>

#include "base/file.h"
#include "base/text.h"
#include "core/command/options_record.h"
#include "core/command/path.h"
#include "core/command/two_passes.h"

namespace mpegflow::cli {
namespace {

// A filtergraph or a list of files is no larger; what is larger is no text.
constexpr std::int64_t kLongestText = 4 << 20;

std::vector<std::string> list_folder(const base::Path& folder, bool is_deep) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !is_deep) at.disable_recursion_pending();
    if (at->is_regular_file(ignored)) paths.push_back(at->path().native());
  }
  std::ranges::sort(paths);
  return paths;
}

/// "img%03d.png" for img001.png and img1000.png, not for imgx.png.
bool fits_number(std::string_view pattern, std::string_view name) {
  const std::size_t percent = pattern.find('%');
  if (percent == std::string_view::npos) return pattern == name;
  const std::size_t end = pattern.find('d', percent);
  if (end == std::string_view::npos || !name.starts_with(pattern.substr(0, percent))) return false;
  const std::string_view tail = pattern.substr(end + 1);
  const std::string_view middle = name.substr(percent);
  if (middle.size() <= tail.size() || !middle.ends_with(tail)) return false;
  return middle.substr(0, middle.size() - tail.size()).find_first_not_of("0123456789") ==
         std::string_view::npos;
}

/// The files that stand behind a name (command::ListFiles).
std::vector<std::string> list_files(const command::FileUse& use, const std::string& absolute) {
  std::error_code ignored;
  if (use.shape == command::Shape::file)
    return std::filesystem::exists(absolute, ignored) ? std::vector<std::string>{absolute}
                                                      : std::vector<std::string>();
  if (use.shape == command::Shape::folder) return list_folder(absolute, true);
  std::vector<std::string> paths = list_folder(command::parent_path(absolute), false);
  std::erase_if(paths, [&](const std::string& path) {
    return use.shape == command::Shape::glob
               ? fnmatch(absolute.c_str(), path.c_str(), FNM_PATHNAME) != 0
               : !fits_number(command::base_name(absolute), command::base_name(path));
  });
  return paths;
}

/// What this machine's FFmpeg takes; where there is none, or it has not answered, what others do.
command::OptionTable find_table(const Context& context) {
  if (!context.find_revision) return {};
  const auto revision = context.find_revision(context.config);
  if (!revision) return {};
  const auto text =
      base::read_file(context.config.state_path() / "cache" / command::options_file(revision->id));
  return command::OptionTable(command::parse_binary_options(text.value_or("")));
}

command::ReadText text_reader(const Context& context) {
  return [&context](std::string_view path) -> std::optional<std::string> {
    const base::Path file = context.working_directory / base::Path(path);
    const auto identity = base::identify_file(file);
    if (!identity || identity->size > kLongestText) return std::nullopt;
    auto text = base::read_file(file);
    return text ? std::optional(*std::move(text)) : std::nullopt;
  };
}

base::Error to_error(const command::Refusal& refusal) {
  return {base::ErrorCode::invalid_spec,
          fmt::format("refused ({}): {}", to_word(refusal.code), refusal.message)};
}

}  // namespace

command::Outcome<command::CommandLine> read_ffmpeg_command(const std::vector<std::string>& words,
                                                           const Context& context) {
  return command::read_command_line(words, find_table(context), text_reader(context));
}

command::Outcome<command::CommandJob> make_command_job(const command::CommandLine& line,
                                                       const Context& context) {
  return command::make_spec(line, {context.working_directory.native(), list_files,
                                   context.ffmpeg_options, text_reader(context)});
}

base::Result<command::CommandJob> read_command_job(const RunOptions& options,
                                                   const Context& context) {
  std::vector<std::string> words = options.command_words;
  if (!options.script.empty()) {
    const auto text = base::read_file(context.working_directory / options.script);
    if (!text)
      return base::fail(base::ErrorCode::input_not_found,
                        fmt::format("the script cannot be read: {}", text.error().message));
    words = {*text + "\n"};
  }
  if (options.is_two_pass) {
    auto passes = command::make_two_passes(words, find_table(context));
    if (!passes) return tl::unexpected(to_error(passes.error()));
    words = *std::move(passes);
  }
  const auto line = read_ffmpeg_command(words, context);
  if (!line) return tl::unexpected(to_error(line.error()));
  auto job = make_command_job(*line, context);
  if (!job) return tl::unexpected(to_error(job.error()));
  return *std::move(job);
}

}  // namespace mpegflow::cli
