#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mpegflow::base {

/// One zstd frame with a checksum.
std::string compress_zstd(std::string_view bytes);

/// The bytes of one or more zstd frames (io_failed if they are damaged, cut short, or hold more
/// than `most` bytes: a small hostile frame can say that it holds a terabyte).
Result<std::string> decompress_zstd(std::string_view frames,
                                    std::size_t most = std::size_t{1} << 30U);

}  // namespace mpegflow::base
