#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "core/plan/task_params.h"
#include "worker/folder_access.h"
#include "worker/hidden_folder.h"
#include "worker/own_tree.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

using Outputs = std::vector<store::OutputRow>;

using base::make_output_error;

/// Our own tree beside the target, on the same file system; whatever an earlier attempt left of it
/// goes first.
base::Path build_path(const TaskRun& run) {
  return hidden_folder(run.assignment) / "publish";
}

base::Result<void> fsync_tree(const base::Path& root) {
  RETURN_IF_ERROR(base::fsync_path(root));
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) RETURN_IF_ERROR(base::fsync_path(at->path()));
  }
  if (error) return tl::unexpected(make_output_error(error.value(), "read", root));
  return {};
}

/// The folders below `target` that files were put into: others may hold much that is not ours.
base::Result<void> fsync_places(const TaskRun& run, const base::Path& target) {
  std::set<base::Path> folders = {target};
  for (const store::OutputRow& output : run.assignment.job_outputs)
    for (base::Path folder = base::Path(output.name).parent_path(); !folder.empty();
         folder = folder.parent_path())
      folders.insert(target / folder);
  for (const base::Path& folder : folders) RETURN_IF_ERROR(base::fsync_path(folder));
  return {};
}

/// Of files that are on disk each; the tree itself is not yet.
base::Result<void> build_tree(TaskRun& run, const base::Path& root) {
  RETURN_IF_ERROR(base::remove_tree(root));
  RETURN_IF_ERROR(base::make_directories(root));
  for (const store::OutputRow& output : run.assignment.job_outputs)
    RETURN_IF_ERROR(run.services.objects.get_file(output.object_key, root / output.name));
  return {};
}

base::Result<void> make_output_folder(const base::Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return tl::unexpected(make_output_error(error.value(), "create folder", path));
  return {};
}

/// Another file system stands below the target: the copy appears whole under its name, too.
base::Result<void> copy_into_place(const base::Path& file, const base::Path& place) {
  base::Path part = place;
  part += ".mpegflow-part";
  std::error_code error;
  std::filesystem::copy_file(file, part, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return tl::unexpected(make_output_error(error.value(), "publish", place));
  RETURN_IF_ERROR(base::fsync_path(part));
  if (rename(part.c_str(), place.c_str()) != 0)
    return tl::unexpected(make_output_error(errno, "publish", place));
  return {};
}

base::Result<void> move_into_place(const base::Path& file, const base::Path& place) {
  if (rename(file.c_str(), place.c_str()) == 0) return {};
  if (errno == EXDEV) return copy_into_place(file, place);
  return tl::unexpected(make_output_error(errno, "publish", place));
}

/// Media first, playlists last, the master after all others: whoever looks meanwhile sees the old
/// list or the new one, and never one that names files that are not there.
Outputs in_publishing_order(Outputs outputs) {
  const auto rank = [](const store::OutputRow& output) {
    if (output.role != "playlist") return 0;
    return output.name == "master.m3u8" || output.name == "manifest.mpd" ? 2 : 1;
  };
  std::ranges::stable_sort(outputs, {}, rank);
  return outputs;
}

/// File by file into a folder that holds other things too; what stood there under the same name is
/// replaced as a whole. Repeating it is harmless.
base::Result<void> roll_forward(TaskRun& run, const base::Path& target) {
  const base::Path staging = build_path(run);
  RETURN_IF_ERROR(build_tree(run, staging));
  for (const store::OutputRow& output : in_publishing_order(run.assignment.job_outputs)) {
    const base::Path place = target / output.name;
    RETURN_IF_ERROR(make_output_folder(place.parent_path()));
    RETURN_IF_ERROR(move_into_place(staging / output.name, place));
  }
  RETURN_IF_ERROR(fsync_places(run, target));
  return base::remove_tree(staging);
}

/// The files of the job as they stand below `root`.
base::Result<store::Published> describe(const TaskRun& run, const std::string& target_uri,
                                        const base::Path& root, bool single_file) {
  store::Published published{target_uri, {}};
  for (const store::OutputRow& output : run.assignment.job_outputs) {
    ASSIGN_OR_RETURN(const base::FileIdentity identity,
                     base::identify_file(single_file ? root : root / output.name));
    published.files.push_back({single_file ? "" : output.name, run.assignment.job, output.size,
                               output.sha256, identity.mtime_ns});
  }
  return published;
}

/// Puts our tree in the place of what stands there, or where nothing does; false if it cannot be
/// done in one step here. The store knows of it before: a kill after it leaves a tree that whoever
/// comes next knows for ours.
base::Result<bool> put_in_place(TaskRun& run, const std::string& target_uri,
                                const base::Path& built, const base::Path& target, unsigned how) {
  ASSIGN_OR_RETURN(store::Published tree, describe(run, target_uri, built, false));
  RETURN_IF_ERROR(run.services.protocol.stage({run.assignment.claim, {}, std::move(tree)}));
  if (renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, target.c_str(), how) == 0) return true;
  // Some file systems cannot exchange, some targets are where another one is mounted, and somebody
  // may have made the folder just now.
  for (const int reason : {EINVAL, ENOSYS, EXDEV, EBUSY, EEXIST, ENOENT})
    if (errno == reason) return false;
  return tl::unexpected(make_output_error(errno, "publish", target));
}

base::Result<void> publish_folder(TaskRun& run, const plan::DeliverParams& params,
                                  const base::Path& target) {
  struct stat info {};
  const bool exists = lstat(target.c_str(), &info) == 0;
  if (exists && !S_ISDIR(info.st_mode) && !S_ISLNK(info.st_mode))
    return base::fail(base::ErrorCode::output_unwritable,
                      fmt::format("the output {} is a file, but the job makes a folder; remove it "
                                  "or name another output",
                                  base::to_printable(target.native())));
  if (params.adds) return roll_forward(run, target);
  if (exists) {
    ASSIGN_OR_RETURN(const bool ours, is_own_tree(run.assignment, target));
    if (!ours || S_ISLNK(info.st_mode)) return roll_forward(run, target);
  }
  const base::Path built = build_path(run);
  RETURN_IF_ERROR(build_tree(run, built));
  RETURN_IF_ERROR(fsync_tree(built));
  if (exists) RETURN_IF_ERROR(keep_folder_access(target, built));
  ASSIGN_OR_RETURN(const bool is_in_place,
                   put_in_place(run, params.target_uri, built, target,
                                exists ? RENAME_EXCHANGE : RENAME_NOREPLACE));
  if (!is_in_place) return roll_forward(run, target);
  RETURN_IF_ERROR(base::fsync_path(target.parent_path()));
  return base::remove_tree(built);
}

base::Result<void> publish_file(TaskRun& run, const base::Path& target) {
  const base::Path built = build_path(run);
  RETURN_IF_ERROR(build_tree(run, built));
  const base::Path file = built / run.assignment.job_outputs.front().name;
  RETURN_IF_ERROR(move_into_place(file, target));
  RETURN_IF_ERROR(base::fsync_path(target.parent_path()));
  return base::remove_tree(built);
}

/// One output and a target that names a file of the same kind: the file itself, not a folder of it.
bool is_single_file(const Outputs& outputs, const std::string& target) {
  if (outputs.size() != 1 || target.ends_with('/')) return false;
  std::error_code ignored;
  if (std::filesystem::is_directory(target, ignored)) return false;
  const base::Path extension = base::Path(target).extension();
  return !extension.empty() && extension == base::Path(outputs.front().name).extension();
}

}  // namespace

base::Result<TaskOutcome> publish_outputs(TaskRun& run) {
  const plan::DeliverParams params = plan::parse_deliver_params(run.params());
  const auto path = base::parse_file_uri(params.target_uri);
  base::check(path.has_value(), "a checked spec has a local output");
  run.record.staged_us = run.record.started_us = run.now_us();
  run.set_phase("running");
  const bool single_file = is_single_file(run.assignment.job_outputs, *path);
  base::Path target = *path;
  if (!target.has_filename()) target = target.parent_path();
  RETURN_IF_ERROR(make_output_folder(target.parent_path()));
  RETURN_IF_ERROR(single_file ? publish_file(run, target) : publish_folder(run, params, target));
  run.record.exited_us = run.record.verified_us = run.now_us();
  run.record.verification_level = "none";
  TaskOutcome outcome;
  ASSIGN_OR_RETURN(outcome.published, describe(run, params.target_uri, target, single_file));
  outcome.result = {{"target", params.target_uri},
                    {"files", static_cast<std::int64_t>(outcome.published->files.size())}};
  return outcome;
}

}  // namespace mpegflow::worker
