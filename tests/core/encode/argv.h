#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace mpegflow::encode {

/// The word behind the first `option`; "" without one.
inline std::string value_of(const std::vector<std::string>& argv, const std::string& option) {
  const auto found = std::ranges::find(argv, option);
  return found == argv.end() || found + 1 == argv.end() ? "" : *(found + 1);
}

}  // namespace mpegflow::encode
