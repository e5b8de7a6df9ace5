#include "core/submit/command_line.h"

#include <optional>
#include <utility>

namespace mpegflow::submit {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// What a backslash at the front of `rest` (outside quotes, or inside double quotes) stands for.
std::string take_escape(std::string_view& rest, bool is_quoted) {
  const char next = rest[1];
  rest.remove_prefix(2);
  if (next == '\n') return "";
  const bool is_special = next == '"' || next == '\\' || next == '$' || next == '`';
  return is_quoted && !is_special ? std::string{'\\', next} : std::string{next};
}

}  // namespace

base::Result<std::vector<std::string>> split_command_line(std::string_view text) {
  std::vector<std::string> arguments;
  std::optional<std::string> current;
  char open_quote = '\0';
  while (!text.empty()) {
    const char c = text[0];
    if (open_quote == '\0' && is_space(c)) {
      if (current) arguments.push_back(*std::exchange(current, std::nullopt));
      text.remove_prefix(1);
      continue;
    }
    if (c == '\\' && open_quote != '\'') {
      if (text.size() < 2)
        return base::fail(base::ErrorCode::invalid_argument, "nothing follows the last backslash");
      const std::string kept = take_escape(text, open_quote == '"');
      if (!kept.empty()) current = current.value_or("") + kept;
      continue;
    }
    text.remove_prefix(1);
    if (!current) current = "";
    if (open_quote == '\0' && (c == '\'' || c == '"')) open_quote = c;
    else if (c == open_quote) open_quote = '\0';
    else *current += c;
  }
  if (open_quote != '\0') {
    return base::fail(base::ErrorCode::invalid_argument,
                      std::string("the quote ") + open_quote + " does not end");
  }
  if (current) arguments.push_back(*std::move(current));
  return arguments;
}

}  // namespace mpegflow::submit
