#include "core/command/command_line.h"

#include <algorithm>
#include <set>

#include "core/command/escape.h"

namespace mpegflow::command {
namespace {

/// The report that FFREPORT asks for.
void add_report(const ReadCommand& command, std::vector<FileUse>& files) {
  for (const auto& [name, value] : command.environment) {
    if (name != "FFREPORT") continue;
    std::string file = "ffmpeg-%t.log";
    for (const KeyValue& option : split_options(MarkedText(value), ":"))
      if (option.key == "file") file = option.value.text();
    files.push_back(
        {Role::write, Shape::filled_in, file, std::nullopt, 0, Origin::fallback, false});
  }
}

}  // namespace

std::vector<std::string> CommandLine::list(Role role) const {
  std::vector<std::string> paths;
  std::set<std::string> made;
  for (const ReadCommand& command : commands) {
    for (const FileUse& file : command.files) {
      const bool is_left_by_earlier = is_read(role) && made.contains(file.path);
      if (file.role == role && !is_left_by_earlier &&
          std::ranges::find(paths, file.path) == paths.end())
        paths.push_back(file.path);
    }
    for (const FileUse& file : command.files)
      if (!is_read(file.role)) made.insert(file.path);
  }
  return paths;
}

Outcome<CommandLine> read_command_line(std::span<const std::string> words, const OptionTable& table,
                                       const ReadText& read_text) {
  const auto shell = read_words(words);
  if (!shell) return tl::unexpected(shell.error());
  CommandLine line;
  for (const ShellCommand& each : *shell) {
    ReadCommand command;
    command.follows_success = each.follows_success;
    command.environment = each.environment;
    command.name = each.name;
    command.needs = each.needs;
    auto parsed = parse_command(each.words, table);
    if (!parsed) return tl::unexpected(parsed.error());
    auto files = find_files(*parsed, read_text);
    if (!files) return tl::unexpected(files.error());
    command.parsed = *std::move(parsed);
    command.files = *std::move(files);
    add_report(command, command.files);
    line.commands.push_back(std::move(command));
  }
  return line;
}

}  // namespace mpegflow::command
