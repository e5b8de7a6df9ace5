#include "base/room.h"

#include <cerrno>

#include <sys/statvfs.h>

namespace mpegflow::base {

Result<Room> find_room(const Path& path) {
  std::error_code error, ignored;
  Path existing = std::filesystem::absolute(path, error);
  if (error) return tl::unexpected(make_file_error(error.value(), "look at", path));
  while (!std::filesystem::exists(existing, ignored) && existing.has_relative_path())
    existing = existing.parent_path();
  struct statvfs info {};
  if (statvfs(existing.c_str(), &info) != 0)
    return tl::unexpected(make_file_error(errno, "look at", existing));
  const auto unit = static_cast<std::int64_t>(info.f_frsize);
  Room room;
  room.free_bytes = static_cast<std::int64_t>(info.f_bavail) * unit;
  room.total_bytes = static_cast<std::int64_t>(info.f_blocks) * unit;
  if (info.f_files > 0) room.free_inodes = static_cast<std::int64_t>(info.f_favail);
  return room;
}

}  // namespace mpegflow::base
