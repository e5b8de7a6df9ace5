#pragma once

#include <cstdint>
#include <optional>

#include "base/file.h"

namespace mpegflow::base {

/// What is left on a file system for an ordinary user.
struct Room {
  std::int64_t free_bytes = 0;
  std::int64_t total_bytes = 0;
  /// nullopt where the file system makes them as they are needed (btrfs, some network ones).
  std::optional<std::int64_t> free_inodes;

  bool operator==(const Room&) const = default;
};

/// Of the file system of `path`, or of its nearest existing parent.
Result<Room> find_room(const Path& path);

}  // namespace mpegflow::base
