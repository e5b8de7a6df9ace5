#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/command/option_table.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// One option as it was used.
struct OptionUse {
  std::string name;       ///< without dashes, stream specifier and "no"
  std::string specifier;  ///< behind the first colon: "v:0"
  std::string value;      ///< empty for a flag
  std::size_t word = 0;   ///< of the option; the value, if any, is the next one
  bool has_value = false;
  bool is_negated = false;    ///< -nostdin
  bool is_from_file = false;  ///< -/option FILE: the value is the file's content
  bool is_library = false;    ///< of a codec, a format, …

  bool operator==(const OptionUse&) const = default;
};

/// An input or an output with the options that were written before it.
struct FileGroup {
  std::vector<OptionUse> options;
  std::string name;
  std::size_t word = 0;

  bool operator==(const FileGroup&) const = default;

  /// The last use of the option, or nullptr.
  const OptionUse* find(std::string_view option) const;
  /// Its value, or empty.
  std::string_view value_of(std::string_view option) const;
};

/// A command line as FFmpeg understands it.
struct ParsedCommand {
  std::vector<std::string> words;  ///< without the program
  std::vector<OptionUse> globals;
  std::vector<FileGroup> inputs, outputs;
  std::vector<OptionUse> trailing;  ///< behind the last file: FFmpeg does not look at them

  bool operator==(const ParsedCommand&) const = default;
};

/// Cuts the words behind the program's name as FFmpeg's own parser does.
Outcome<ParsedCommand> parse_command(std::span<const std::string> words, const OptionTable& table);

}  // namespace mpegflow::command
