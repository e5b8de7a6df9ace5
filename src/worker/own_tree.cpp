#include "worker/own_tree.h"

#include <algorithm>
#include <map>

namespace mpegflow::worker {
namespace {

struct Fingerprint {
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;

  bool operator==(const Fingerprint&) const = default;
};

/// Every file by its name below the root.
using Tree = std::map<std::string, Fingerprint>;

/// What stands there now; a thing without a size of its own (a socket, a dangling link) is in it
/// with one that no published file has.
base::Result<Tree> read_tree(const base::Path& root) {
  Tree tree;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) continue;
    const auto identity = base::identify_file(at->path());
    tree[at->path().lexically_relative(root).native()] =
        identity ? Fingerprint{identity->size, identity->mtime_ns} : Fingerprint{-1, 0};
  }
  if (error) return tl::unexpected(base::make_output_error(error.value(), "read", root));
  return tree;
}

bool is_all_in(const Tree& found, const Tree& known) {
  return std::ranges::all_of(found, [&](const auto& entry) {
    const auto row = known.find(entry.first);
    return row != known.end() && row->second == entry.second;
  });
}

}  // namespace

base::Result<bool> is_own_tree(const protocol::Assignment& assignment, const base::Path& target) {
  ASSIGN_OR_RETURN(const Tree found, read_tree(target));
  Tree published;
  for (const store::PublishedRow& row : assignment.published)
    published[row.name] = {row.size, row.mtime_ns};
  if (is_all_in(found, published)) return true;
  std::map<base::JobId, Tree> meant;
  for (const store::PublishedRow& row : assignment.publishing)
    meant[row.job][row.name] = {row.size, row.mtime_ns};
  return std::ranges::any_of(meant, [&](const auto& of) { return is_all_in(found, of.second); });
}

}  // namespace mpegflow::worker
