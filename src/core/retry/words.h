#pragma once

#include <string_view>

#include <re2/re2.h>

namespace mpegflow::retry {

/// Does the pattern match anywhere in the text?
inline bool matches(std::string_view text, const re2::RE2& pattern) {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace mpegflow::retry
