#include "base/hash_file.h"

#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/sha256.h"

namespace mpegflow::base {

Result<std::string> hash_file(const Path& path, const std::atomic<bool>* stop) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return tl::unexpected(make_file_error(errno, "open", path));
  posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  Sha256 hash;
  std::vector<char> buffer(std::size_t{1} << 20);
  for (;;) {
    if (stop != nullptr && stop->load()) return fail(ErrorCode::interrupted, "hashing was stopped");
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(make_file_error(errno, "read", path));
    if (got == 0) return hash.finish_hex();
    hash.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

}  // namespace mpegflow::base
