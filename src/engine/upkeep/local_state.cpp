#include "engine/upkeep/local_state.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "base/text.h"
#include "engine/run_lock.h"

namespace mpegflow::engine {

std::optional<base::Path> find_scratch(const base::JobId& job, const std::string& scratch_uri) {
  const auto path = base::parse_file_uri(scratch_uri);
  if (!path || !base::Path(*path).filename().native().ends_with(".mpegflow-" + job.value))
    return std::nullopt;
  return base::Path(*path);
}

base::Path objects_in(const base::Path& scratch) {
  return scratch / "objects";
}
base::Path attempts_in(const base::Path& scratch) {
  return scratch / "attempts";
}
base::Path publish_in(const base::Path& scratch) {
  return scratch / "publish";
}

std::int64_t measure_tree(const base::Path& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored))
    return static_cast<std::int64_t>(std::filesystem::file_size(path, ignored));
  std::int64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(path, error), end; !error && at != end;
       at.increment(error))
    if (at->is_regular_file(ignored) && !at->is_symlink(ignored)) {
      const auto size = at->file_size(ignored);
      if (!ignored) bytes += static_cast<std::int64_t>(size);
    }
  return bytes;
}

base::Path run_lock_of(const LocalState& state, const store::JobRow& job) {
  if (job.identity.empty()) return {};
  return run_lock_path(state.directory / "runs", job.identity);
}

base::Result<std::optional<JobHold>> take_job(const LocalState& state, const store::JobRow& job) {
  const base::Path path = run_lock_of(state, job);
  if (path.empty()) return std::optional<JobHold>(JobHold{});
  auto lock = take_run_lock(path);
  if (!lock && lock.error().code == base::ErrorCode::already_running)
    return std::optional<JobHold>();
  if (!lock) return tl::unexpected(lock.error());
  return std::optional<JobHold>(JobHold{std::move(*lock), path});
}

bool is_job_held(const LocalState& state, const store::JobRow& job) {
  const base::Path path = run_lock_of(state, job);
  if (path.empty()) return false;
  const base::UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open()) return errno != ENOENT;  // one that may not be opened proves nothing
  return flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

}  // namespace mpegflow::engine
