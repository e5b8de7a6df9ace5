#include "core/command/concat_list.h"

#include "base/text.h"
#include "core/command/escape.h"

namespace mpegflow::command {

std::vector<std::string> list_concat_entries(std::string_view text) {
  std::vector<std::string> entries;
  for (const std::string& line : base::split(text, '\n')) {
    const MarkedText marked(line);
    std::size_t at = 0;
    if (take_token(marked, at, " \t\r").text() != "file") continue;
    entries.push_back(take_token(marked, at, " \t\r").text());
  }
  return entries;
}

}  // namespace mpegflow::command
