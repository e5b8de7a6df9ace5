#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/command/refusal.h"

namespace mpegflow::command {

/// A piece of a shell's line.
struct ShellToken {
  enum class Kind {
    word,
    control,   ///< && || ; | & or a newline
    redirect,  ///< "2>", "<", ">&1"; what it goes to is the next word, unless it ends with &N
    note,      ///< a comment that is for us: "name: hd", "needs: hd, sd"
  };
  Kind kind = Kind::word;
  std::string text;

  bool operator==(const ShellToken&) const = default;
};

/// Cuts a text; quotes and escapes are resolved, continued lines joined, comments gone but for
/// notes.
Outcome<std::vector<ShellToken>> cut_shell_text(std::string_view text);

/// What a word that was cut by somebody else stands for: "&&" is an operator, "2>&1" a redirection.
std::vector<ShellToken> read_token(std::string_view word);

}  // namespace mpegflow::command
