#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace mpegflow::command {

/// Of the short tables of names that FFmpeg and shells use.
template <class List>
bool contains(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

}  // namespace mpegflow::command
