#pragma once

#include <string_view>

namespace mpegflow::worker {

/// How an executable gets its libraries.
enum class Linkage {
  fixed,    ///< it has none: a static ELF executable
  dynamic,  ///< the loader finds them
  unknown,  ///< no ELF executable of 64 bits: a script, say
};

/// So much of the start of an executable holds its program headers.
inline constexpr long kLinkageBytes = 4096;

/// From the first kLinkageBytes of an executable.
Linkage read_linkage(std::string_view head);

}  // namespace mpegflow::worker
