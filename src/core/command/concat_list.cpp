#include "core/command/concat_list.h"

#include <optional>

#include "base/text.h"
#include "core/command/escape.h"

namespace mpegflow::command {

namespace {

std::optional<std::string> find_entry(const std::string& line) {
  const MarkedText marked(line);
  std::size_t at = 0;
  if (take_token(marked, at, " \t\r").text() != "file") return std::nullopt;
  return take_token(marked, at, " \t\r").text();
}

}  // namespace

std::vector<std::string> list_concat_entries(std::string_view text) {
  std::vector<std::string> entries;
  for (const std::string& line : base::split(text, '\n'))
    if (auto entry = find_entry(line)) entries.push_back(*std::move(entry));
  return entries;
}

std::string rename_concat_entries(
    std::string_view text,
    const std::function<std::optional<std::string>(const std::string& entry)>& rename) {
  std::vector<std::string> lines = base::split(text, '\n');
  std::string renamed;
  for (std::string& line : lines) {
    const auto entry = find_entry(line);
    if (const auto name = entry ? rename(*entry) : std::nullopt) line = "file " + *name;
    renamed += (&line == &lines.front() ? "" : "\n") + line;
  }
  return renamed;
}

}  // namespace mpegflow::command
