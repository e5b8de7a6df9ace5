#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::submit {

/// A piece of a raw task's argument. `text` is the piece as written, also of a placeholder, so the
/// pieces joined give the argument back.
struct ArgumentPart {
  enum class Kind {
    literal,
    input,      ///< {input.KEY}
    task,       ///< {task.KEY.NAME}
    output,     ///< {output.NAME}
    outputs,    ///< {outputs}: the folder that all outputs stand in
    malformed,  ///< looks like a placeholder, but is none: {input}, {inptu.main}
  };
  Kind kind = Kind::literal;
  std::string text;
  std::string key;      ///< of the input or the task
  std::string name;     ///< of the output
  std::string nearest;  ///< of a malformed one: what was probably meant, or empty

  bool operator==(const ArgumentPart&) const = default;
};

/// Cuts an argument at its placeholders. Braces that belong to FFmpeg ("%{pts}", "{a}" in a filter)
/// stay literal.
std::vector<ArgumentPart> split_argument(std::string_view argument);

/// Letters, digits, '_' and '-', first a letter or digit, at most 64: what a key may be.
bool is_key(std::string_view text);
/// Like a key, with dots: what the file of an output may be called.
bool is_output_name(std::string_view text);

inline constexpr std::string_view kKeyPattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

}  // namespace mpegflow::submit
