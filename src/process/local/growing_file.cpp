#include "process/local/growing_file.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace mpegflow::process {

void GrowingFile::open(const base::Path& path, std::int64_t from) {
  at_ = from;
  watch_ = base::UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (watch_.is_open()) ::inotify_add_watch(watch_.get(), path.c_str(), IN_MODIFY);
  file_ = base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

void GrowingFile::read(const std::function<void(std::string_view)>& on_bytes) {
  std::array<char, 16384> bytes;
  while (watch_.is_open() && ::read(watch_.get(), bytes.data(), bytes.size()) > 0) continue;
  while (file_.is_open()) {
    const ssize_t count = ::pread(file_.get(), bytes.data(), bytes.size(), at_);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    at_ += count;
    on_bytes({bytes.data(), static_cast<std::size_t>(count)});
  }
}

}  // namespace mpegflow::process
