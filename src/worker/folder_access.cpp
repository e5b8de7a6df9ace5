#include "worker/folder_access.h"

#include <cerrno>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/text.h"

namespace mpegflow::worker {
namespace {

/// Access lists are extended attributes too: system.posix_acl_access and …_default.
void copy_attributes(const base::Path& from, const base::Path& to) {
  std::string names(65536, '\0');
  const ssize_t length = llistxattr(from.c_str(), names.data(), names.size());
  if (length <= 0) return;
  names.resize(static_cast<std::size_t>(length));
  for (const std::string& name : base::split(names, '\0')) {
    if (name.empty()) continue;
    std::vector<char> value(65536);
    const ssize_t size = lgetxattr(from.c_str(), name.c_str(), value.data(), value.size());
    if (size >= 0)
      (void)lsetxattr(to.c_str(), name.c_str(), value.data(), static_cast<std::size_t>(size), 0);
  }
}

base::Result<void> copy_access(const base::Path& from, const base::Path& to) {
  struct stat model {};
  if (lstat(from.c_str(), &model) != 0 || !S_ISDIR(model.st_mode)) return {};
  // Before the bits: a change of owner takes set-group-id away.
  if (lchown(to.c_str(), model.st_uid, model.st_gid) != 0)
    (void)!lchown(to.c_str(), static_cast<uid_t>(-1), model.st_gid);
  copy_attributes(from, to);
  if (chmod(to.c_str(), model.st_mode & 07777) != 0)
    return tl::unexpected(base::make_output_error(errno, "set the permissions of", to));
  return {};
}

}  // namespace

base::Result<void> keep_folder_access(const base::Path& model, const base::Path& made) {
  RETURN_IF_ERROR(copy_access(model, made));
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(made, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !at->is_symlink(ignored))
      RETURN_IF_ERROR(copy_access(model / at->path().lexically_relative(made), at->path()));
  }
  if (error) return tl::unexpected(base::make_output_error(error.value(), "read", made));
  return {};
}

}  // namespace mpegflow::worker
