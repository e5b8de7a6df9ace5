#include "engine/run_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::engine {

base::Path run_lock_path(const base::Path& folder, std::string_view identity) {
  return folder / fmt::format("{}.lock", identity.substr(0, 32));
}

base::Result<base::UniqueFd> take_run_lock(const base::Path& path, std::string_view already) {
  RETURN_IF_ERROR(base::make_directories(path.parent_path()));
  base::UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.is_open())
    return tl::unexpected(
        base::make_file_error(errno, "open the lock file", path, base::ErrorCode::state_unusable));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto holder = base::read_file(path);
    return base::fail(base::ErrorCode::already_running,
                      fmt::format("{}, as process {}; wait for it or stop it first", already,
                                  holder ? std::string(base::trim(*holder)) : "?"));
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(fd.get(), 0) != 0 || lseek(fd.get(), 0, SEEK_SET) != 0)
    return tl::unexpected(base::make_file_error(errno, "write", path));
  RETURN_IF_ERROR(base::write_all(fd.get(), pid, path));
  return fd;
}

}  // namespace mpegflow::engine
