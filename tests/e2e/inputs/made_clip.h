#pragma once

#include <string>
#include <vector>

namespace mpegflow::e2e {

using Arguments = std::vector<std::string>;

inline const Arguments kQuick = {"-c:v", "libx264", "-preset", "ultrafast"};

inline Arguments operator+(Arguments left, const Arguments& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Arguments lavfi(const std::string& graph) {
  return {"-f", "lavfi", "-i", graph};
}

}  // namespace mpegflow::e2e
