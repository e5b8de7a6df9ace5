#include "base/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::base {
namespace {

FileIdentity to_identity(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size,
          info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
}

std::string_view way_out(int errno_value) {
  switch (errno_value) {
    case ENOSPC:
    case EDQUOT: return "; free some space there and run the same command again";
    case EACCES:
    case EPERM: return "; check the permissions of the path and of the folders above it";
    case ENOENT: return "; check the path";
    case ENOTDIR: return "; a part of that path is a file, not a folder";
    case EROFS: return "; choose a place on a writable file system";
    default: return "";
  }
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int UniqueFd::release() {
  return std::exchange(fd_, -1);
}

void UniqueFd::reset() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

Error make_file_error(int errno_value, std::string_view action, const Path& path,
                      ErrorCode otherwise) {
  const bool full = errno_value == ENOSPC || errno_value == EDQUOT;
  return {full ? ErrorCode::disk_full : otherwise,
          fmt::format("cannot {} {}: {}{}", action, to_printable(path.native()),
                      std::generic_category().message(errno_value), way_out(errno_value))};
}

Error make_output_error(int errno_value, std::string_view action, const Path& path) {
  switch (errno_value) {
    case EACCES:
    case EPERM: return make_file_error(errno_value, action, path, ErrorCode::output_forbidden);
    case EROFS: return make_file_error(errno_value, action, path, ErrorCode::output_readonly);
    default: return make_file_error(errno_value, action, path, ErrorCode::output_unwritable);
  }
}

Result<FileIdentity> identify_file(const Path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0)
    return tl::unexpected(make_file_error(
        errno, "look at", path, errno == ENOENT ? ErrorCode::not_found : ErrorCode::io_failed));
  return to_identity(info);
}

Result<FileIdentity> identify_file(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return tl::unexpected(make_file_error(errno, "look at", "open file"));
  return to_identity(info);
}

Result<std::string> read_file(const Path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open())
    return tl::unexpected(make_file_error(
        errno, "open", path, errno == ENOENT ? ErrorCode::not_found : ErrorCode::io_failed));
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(make_file_error(errno, "read", path));
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<std::string> read_range(const Path& path, std::int64_t from, std::int64_t most) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open())
    return tl::unexpected(make_file_error(
        errno, "open", path, errno == ENOENT ? ErrorCode::not_found : ErrorCode::io_failed));
  ASSIGN_OR_RETURN(const FileIdentity identity, identify_file(fd.get()));
  const std::int64_t size = std::clamp<std::int64_t>(identity.size - from, 0, most);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = pread(fd.get(), bytes.data() + have, bytes.size() - have,
                              from + static_cast<std::int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(make_file_error(errno, "read", path));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Result<void> write_all(int fd, std::string_view bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return tl::unexpected(make_file_error(errno, "write", path));
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> fsync_path(const Path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() || fsync(fd.get()) != 0)
    return tl::unexpected(make_file_error(errno, "sync", path));
  return {};
}

Result<void> write_file_durably(const Path& path, std::string_view bytes) {
  Path temporary = path;
  temporary += fmt::format(".{}.tmp", getpid());
  const auto write_temporary = [&]() -> Result<void> {
    const UniqueFd fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd.is_open()) return tl::unexpected(make_file_error(errno, "create", temporary));
    RETURN_IF_ERROR(write_all(fd.get(), bytes, temporary));
    if (fsync(fd.get()) != 0) return tl::unexpected(make_file_error(errno, "sync", temporary));
    if (rename(temporary.c_str(), path.c_str()) != 0)
      return tl::unexpected(make_file_error(errno, "rename to", path));
    return {};
  };
  if (auto written = write_temporary(); !written) {
    unlink(temporary.c_str());
    return written;
  }
  return fsync_path(path.has_parent_path() ? path.parent_path() : Path("."));
}

Result<void> make_directories(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return tl::unexpected(make_file_error(error.value(), "create folder", path));
  return {};
}

Result<void> remove_tree(const Path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return tl::unexpected(make_file_error(error.value(), "remove", path));
  return {};
}

}  // namespace mpegflow::base
