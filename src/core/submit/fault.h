#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace mpegflow::submit {

/// The stable words of what can be wrong with a job spec; never renamed, never reused.
enum class FaultCode {
  syntax,             ///< not YAML or JSON at all
  too_large,          ///< the document is longer, deeper or has more nodes than we read
  unknown_key,        ///< a key that no spec has
  duplicate,          ///< the same key, or the same value where each must be its own
  missing,            ///< something that must be there is not
  wrong_type,         ///< text where a number belongs, and so on
  out_of_range,       ///< the right type, but too small, too large, too long or too many
  unknown_word,       ///< not one of the words of a closed list
  malformed,          ///< text that does not have its form ("5X" as a bit rate)
  conflict,           ///< two values that exclude each other
  unknown_reference,  ///< names an input, a task or an output that does not exist
  cycle,              ///< tasks that need each other
  unsupported,        ///< understood, but this version cannot do it
};
std::string_view to_word(FaultCode code);

/// One reason why a document is no job spec.
struct Fault {
  std::string path = {};  ///< "renditions[2].crf"; empty = the whole document
  FaultCode code = FaultCode::syntax;
  std::string message = {};  ///< what was found, what was expected
  std::string nearest = {};  ///< the word that was probably meant, or empty
  int line = 0;              ///< in the text, from 1; 0 = unknown

  bool operator==(const Fault&) const = default;
};

/// So many faults of one document are reported, and a last one that says that there are more.
inline constexpr std::size_t kMostFaults = 1000;

/// One line per fault: `spec.yaml:12: renditions[1].crf: 99 is out of range; expected …`.
std::string to_text(const std::vector<Fault>& faults, std::string_view file_name);
base::json::array to_json(const std::vector<Fault>& faults);

/// Paths as faults write them: keys joined by dots, indexes in brackets, strange keys quoted.
std::string child_path(std::string_view parent, std::string_view key);
std::string child_path(std::string_view parent, std::size_t index);

/// "live, vod, bulk"; with `last` = " or ": "live, vod or bulk".
std::string join_words(const std::vector<std::string>& words, std::string_view last = ", ");

/// A value as a message quotes it: short, printable, text in quotes.
std::string describe_found(const base::json::value& value);
/// Text in quotes, printable and cut to a length that fits a line.
std::string quote(std::string_view text);

}  // namespace mpegflow::submit
