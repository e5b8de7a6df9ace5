#include "cli/live_run.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/text.h"
#include "engine/run_lock.h"

namespace mpegflow::cli {

std::optional<std::string> find_live_run(const Config& config, const std::string& identity) {
  const base::Path path = engine::run_lock_path(config.state_path() / "runs", identity);
  const base::UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open() || flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  const auto holder = base::read_file(path);
  return holder ? std::string(base::trim(*holder)) : "?";
}

}  // namespace mpegflow::cli
