#include "api/body_files.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace mpegflow::api {

base::Result<std::unique_ptr<FileSink>> FileSink::open(const base::Path& path) {
  base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "create", path));
  return std::unique_ptr<FileSink>(new FileSink(path, std::move(fd)));
}

FileSink::~FileSink() {
  ::unlink(path_.c_str());
}

base::Result<void> FileSink::write(std::string_view bytes) {
  RETURN_IF_ERROR(base::write_all(fd_.get(), bytes, path_));
  hash_.update(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
  return {};
}

base::Result<void> FileSink::finish() {
  if (::fsync(fd_.get()) != 0) return tl::unexpected(base::make_file_error(errno, "sync", path_));
  sha256_ = hash_.finish_hex();
  return {};
}

base::Result<std::shared_ptr<FileSource>> FileSource::open(
    const base::Path& path, std::int64_t from, std::function<base::Result<void>()> at_end) {
  base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "open", path));
  ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(fd.get()));
  if (from < 0 || from > identity.size)
    return base::fail(base::ErrorCode::invalid_argument, "from: beyond the end of the file");
  return std::shared_ptr<FileSource>(
      new FileSource(std::move(fd), from, identity.size - from, std::move(at_end)));
}

base::Result<std::string> FileSource::read(std::size_t most) {
  const auto wanted =
      std::min(left_, static_cast<std::int64_t>(std::min(most, std::size_t{1} << 20)));
  std::string bytes(static_cast<std::size_t>(wanted), '\0');
  std::int64_t have = 0;
  while (have < wanted) {
    const ssize_t got = ::pread(fd_.get(), bytes.data() + have,
                                static_cast<std::size_t>(wanted - have), at_ + have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      return tl::unexpected(base::make_file_error(got < 0 ? errno : EIO, "read", "a file to send"));
    have += got;
  }
  at_ += wanted;
  left_ -= wanted;
  if (left_ == 0 && at_end_) RETURN_IF_ERROR(std::exchange(at_end_, {})());
  return bytes;
}

}  // namespace mpegflow::api
