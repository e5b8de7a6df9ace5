#include "process/local/progress_lines.h"

namespace mpegflow::process {

namespace {

/// No line of -progress is near this; a program that writes no newline must not fill our memory.
constexpr std::size_t kLongestLine = 65536;

}  // namespace

bool ProgressLines::feed(std::string_view bytes,
                         const std::function<void(std::string_view)>& on_line) {
  bool advanced = false;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    if (newline == std::string_view::npos) {
      if (unfinished_.size() + piece.size() <= kLongestLine) unfinished_ += piece;
      return advanced;
    }
    bytes.remove_prefix(newline + 1);
    std::string_view line = piece;
    if (!unfinished_.empty()) line = unfinished_ += piece;
    advanced |= note(line);
    if (on_line) on_line(line);
    unfinished_.clear();
  }
  return advanced;
}

void ProgressLines::finish(const std::function<void(std::string_view)>& on_line) {
  if (!unfinished_.empty() && on_line) on_line(unfinished_);
  unfinished_.clear();
}

bool ProgressLines::note(std::string_view line) {
  for (std::size_t i = 0; i < kCounters.size(); ++i) {
    if (!line.starts_with(kCounters[i])) continue;
    line.remove_prefix(kCounters[i].size());
    if (line == last_values_[i]) return false;
    last_values_[i] = line;
    return true;
  }
  return line == "progress=end";
}

}  // namespace mpegflow::process
