#pragma once

#include <atomic>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace mpegflow::base {

/// SHA-256 of a file's bytes in hex. `stop` (may be null) ends it early as interrupted.
Result<std::string> hash_file(const Path& path, const std::atomic<bool>* stop = nullptr);

}  // namespace mpegflow::base
