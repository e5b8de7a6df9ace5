#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/command/find_files.h"
#include "core/command/option_table.h"
#include "core/command/shell_text.h"

namespace mpegflow::command {

/// One FFmpeg command with its files.
struct ReadCommand {
  ParsedCommand parsed;
  std::vector<FileUse> files;
  bool follows_success = false;
  std::string name;                ///< that the script gives it; empty if it does not
  std::vector<std::string> needs;  ///< names of others
  std::vector<std::pair<std::string, std::string>> environment;
};

/// A whole line: one command, or several.
struct CommandLine {
  std::vector<ReadCommand> commands;

  /// The paths in that role, each once, in the order of the line. What one command leaves for a
  /// later one of the same line is neither an input nor read from outside.
  std::vector<std::string> list(Role role) const;
};

/// The words behind `mpegflow … --`, the program first.
Outcome<CommandLine> read_command_line(std::span<const std::string> words, const OptionTable& table,
                                       const ReadText& read_text = {});

}  // namespace mpegflow::command
