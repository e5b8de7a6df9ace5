#pragma once

#include <string>
#include <vector>

namespace mpegflow::encode {

/// Words of a command line, or a part of one.
using Arguments = std::vector<std::string>;

inline void append(Arguments& arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

}  // namespace mpegflow::encode
