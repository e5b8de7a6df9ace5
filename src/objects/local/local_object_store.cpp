#include "objects/local/local_object_store.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "objects/object_key.h"

namespace mpegflow::objects {
namespace {

base::Error missing(std::string_view key) {
  return {base::ErrorCode::object_missing, fmt::format("there is no object {}", key)};
}

base::Result<void> copy_durably(const base::Path& from, const base::Path& to) {
  std::error_code error;
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return tl::unexpected(base::make_file_error(error.value(), "copy to", to));
  return base::fsync_path(to);
}

}  // namespace

base::Result<base::Path> LocalObjectStore::path_of(std::string_view key) const {
  if (!is_object_key(key))
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("{} is not an object key", base::to_printable(key)));
  return root_ / key;
}

base::Result<void> LocalObjectStore::put_file(std::string_view key, const base::Path& file) {
  ASSIGN_OR_RETURN(const base::Path path, path_of(key));
  RETURN_IF_ERROR(base::make_directories(path.parent_path()));
  if (rename(file.c_str(), path.c_str()) != 0) {
    if (errno != EXDEV)
      return tl::unexpected(base::make_file_error(errno, "store an output as", path));
    base::Path temporary = path;
    temporary += ".tmp";
    RETURN_IF_ERROR(copy_durably(file, temporary));
    if (rename(temporary.c_str(), path.c_str()) != 0)
      return tl::unexpected(base::make_file_error(errno, "store an output as", path));
    unlink(file.c_str());
  }
  return base::fsync_path(path.parent_path());
}

base::Result<void> LocalObjectStore::put_bytes(std::string_view key, std::string_view bytes) {
  ASSIGN_OR_RETURN(const base::Path path, path_of(key));
  RETURN_IF_ERROR(base::make_directories(path.parent_path()));
  return base::write_file_durably(path, bytes);
}

base::Result<std::string> LocalObjectStore::get_bytes(std::string_view key) {
  ASSIGN_OR_RETURN(const base::Path path, path_of(key));
  auto bytes = base::read_file(path);
  if (!bytes && bytes.error().code == base::ErrorCode::not_found)
    return tl::unexpected(missing(key));
  return bytes;
}

base::Result<void> LocalObjectStore::get_file(std::string_view key, const base::Path& target) {
  ASSIGN_OR_RETURN(const base::Path path, path_of(key));
  RETURN_IF_ERROR(base::make_directories(target.parent_path()));
  if (link(path.c_str(), target.c_str()) == 0) return {};
  if (errno == ENOENT) return tl::unexpected(missing(key));
  return copy_durably(path, target);
}

base::Result<std::vector<ObjectInfo>> LocalObjectStore::list(std::string_view prefix) {
  std::vector<ObjectInfo> found;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(root_, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (!at->is_regular_file(ignored)) continue;
    std::string key = at->path().lexically_relative(root_).native();
    if (key.starts_with(prefix))
      found.push_back({std::move(key), static_cast<std::int64_t>(at->file_size(ignored))});
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return tl::unexpected(base::make_file_error(error.value(), "list", root_));
  std::ranges::sort(found, {}, &ObjectInfo::key);
  return found;
}

base::Result<void> LocalObjectStore::remove(std::string_view key) {
  ASSIGN_OR_RETURN(const base::Path path, path_of(key));
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    return tl::unexpected(base::make_file_error(errno, "remove", path));
  // Folders that are empty now go too; the first one that is not ends it.
  for (base::Path folder = path.parent_path(); folder != root_ && rmdir(folder.c_str()) == 0;)
    folder = folder.parent_path();
  return {};
}

}  // namespace mpegflow::objects
