#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/command/file_use.h"
#include "core/command/parse_command.h"

namespace mpegflow::command {

/// Gives the content of a file that a command reads its filtergraph or its list of inputs from;
/// nullopt if there is none to be had.
using ReadText = std::function<std::optional<std::string>(std::string_view path)>;

/// Every file that the command reads or writes, in the order of its words. `read_text` is asked
/// for scripts and concat lists, whose own files are then found, too; without it they stay unknown.
/// Refuses what cannot be told for certain.
Outcome<std::vector<FileUse>> find_files(const ParsedCommand& command,
                                         const ReadText& read_text = {});

}  // namespace mpegflow::command
