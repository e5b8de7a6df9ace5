#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mpegflow::base {

using Path = std::filesystem::path;  ///< Bytes, as the kernel has them; never assumed to be UTF-8.

/// Owns one file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

/// What tells one version of a file from another without reading it.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;

  bool operator==(const FileIdentity&) const = default;
};

/// The Error for `errno_value` met while doing `action` ("write", "open") on `path`: disk_full for
/// ENOSPC and EDQUOT, `otherwise` for the rest; the message names the file, the reason and, where
/// one is known, the way out.
Error make_file_error(int errno_value, std::string_view action, const Path& path,
                      ErrorCode otherwise = ErrorCode::io_failed);

/// The same for the place where a user wants the result: output_forbidden, output_readonly,
/// disk_full or output_unwritable.
Error make_output_error(int errno_value, std::string_view action, const Path& path);

Result<FileIdentity> identify_file(const Path& path);
Result<FileIdentity> identify_file(int fd);

Result<std::string> read_file(const Path& path);
/// The bytes from `from` on, at most `most` of them; less at the end of the file.
Result<std::string> read_range(const Path& path, std::int64_t from, std::int64_t most);
/// Writes a temporary sibling, fsyncs it, renames it over `path` and fsyncs the folder: after an
/// error or a crash `path` holds the old bytes or the new ones, never a mixture.
Result<void> write_file_durably(const Path& path, std::string_view bytes);
/// mkdir -p.
Result<void> make_directories(const Path& path);
/// rm -rf, without following links; a path that does not exist is fine.
Result<void> remove_tree(const Path& path);
Result<void> fsync_path(const Path& path);
/// Writes all of `bytes` to `fd`, through short writes and EINTR; `path` is for the message.
Result<void> write_all(int fd, std::string_view bytes, const Path& path);

}  // namespace mpegflow::base
