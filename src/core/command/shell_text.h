#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/command/refusal.h"

namespace mpegflow::command {

/// One FFmpeg command of a line, without what a shell takes away.
struct ShellCommand {
  std::vector<std::pair<std::string, std::string>> environment;  ///< NAME=value before it
  std::vector<std::string> words;                                ///< without the program
  bool follows_success = false;         ///< behind "&&": only if all before it has succeeded
  std::string name = {};                ///< "# name: hd" before the command or behind it
  std::vector<std::string> needs = {};  ///< "# needs: hd, sd"

  bool operator==(const ShellCommand&) const = default;
};

/// Reads a line (or several) as a POSIX shell would, or cmd where the text shows that it is meant
/// for it (C:\…, a caret at the end of a line, ffmpeg.exe). Prompts, comments, "nice", "time" and
/// their like, redirections to nowhere and pipes into a pager are taken away; whatever would need
/// the shell itself (variables, loops, pipes of media, logs sent to files) is refused.
Outcome<std::vector<ShellCommand>> read_shell_text(std::string_view text);

/// The same for words that a shell has cut already; a single word with spaces is read as text.
Outcome<std::vector<ShellCommand>> read_words(std::span<const std::string> words);

/// Is this the name or the path of an ffmpeg?
bool is_ffmpeg_name(std::string_view word);

}  // namespace mpegflow::command
