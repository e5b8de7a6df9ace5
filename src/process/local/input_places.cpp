#include "process/local/input_places.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "process/local/sandbox.h"

namespace mpegflow::process {

namespace {

using base::ErrorCode;
using base::Path;

bool is_inside(const Path& name) {
  if (name.empty() || name.is_absolute() || !name.has_filename()) return false;
  return std::none_of(name.begin(), name.end(),
                      [](const Path& part) { return part == ".." || part == "."; });
}

/// A name left behind by a run that was cut off: a link, or a mount point that nobody wrote to.
bool is_leftover(const Path& place) {
  struct stat status {};
  if (::lstat(place.c_str(), &status) != 0) return false;
  return S_ISLNK(status.st_mode) || (S_ISREG(status.st_mode) && status.st_size == 0);
}

/// 0 or errno.
int make_place(const Path& place, const Path& target, PlaceKind kind) {
  if (kind == PlaceKind::link) return ::symlink(target.c_str(), place.c_str()) == 0 ? 0 : errno;
  const int fd = ::open(place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  ::close(fd);
  return 0;
}

}  // namespace

base::Result<void> InputPlaces::add(const ProcessSpec& spec, PlaceKind kind,
                                    const std::map<Path, Path>& shown) {
  const std::lock_guard lock(mutex_);
  for (auto input = spec.inputs.begin(); input != spec.inputs.end(); ++input) {
    Path target = input->source;
    if (!shown.empty()) {
      const Path itself = find_file_itself(input->source);
      if (const auto folder = shown.find(itself.parent_path()); folder != shown.end())
        target = folder->second / itself.filename();
    }
    auto added = add_one(spec.working_folder, *input, kind, target);
    if (added) continue;
    for (auto done = spec.inputs.begin(); done != input; ++done)
      remove_one(spec.working_folder, *done);
    return added;
  }
  return {};
}

void InputPlaces::remove(const ProcessSpec& spec) {
  const std::lock_guard lock(mutex_);
  for (const ReadOnlyFile& input : spec.inputs) remove_one(spec.working_folder, input);
}

base::Result<void> InputPlaces::add_one(const Path& folder, const ReadOnlyFile& input,
                                        PlaceKind kind, const Path& target) {
  if (!is_inside(input.inside) || !input.source.is_absolute())
    return base::fail(ErrorCode::process_failed,
                      "an input needs an absolute source and a name inside the working folder: " +
                          base::to_printable(input.inside));
  struct stat status {};
  if (::stat(input.source.c_str(), &status) != 0)
    return tl::unexpected(
        base::make_file_error(errno, "read", input.source, ErrorCode::process_failed));
  const Path place = folder / input.inside;
  if (const auto known = users_.find(place); known != users_.end()) {
    ++known->second;
    return {};
  }
  RETURN_IF_ERROR(base::make_directories(place.parent_path()));
  int error = make_place(place, target, kind);
  if (error == EEXIST && is_leftover(place) && ::unlink(place.c_str()) == 0)
    error = make_place(place, target, kind);
  if (error != 0)
    return tl::unexpected(base::make_file_error(error, "make", place, ErrorCode::process_failed));
  users_.emplace(place, 1);
  return {};
}

void InputPlaces::remove_one(const Path& folder, const ReadOnlyFile& input) {
  const Path place = folder / input.inside;
  const auto known = users_.find(place);
  if (known == users_.end() || --known->second > 0) return;
  users_.erase(known);
  if (is_leftover(place)) ::unlink(place.c_str());
  for (Path above = Path(input.inside).parent_path(); !above.empty(); above = above.parent_path())
    if (::rmdir((folder / above).c_str()) != 0) return;
}

}  // namespace mpegflow::process
