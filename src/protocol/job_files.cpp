#include "protocol/job_files.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "core/plan/raw_tasks.h"
#include "protocol/input_identity.h"

namespace mpegflow::protocol {
namespace {

base::Result<store::InputRow> check_input(const submit::InputSpec& input) {
  const auto path = base::parse_file_uri(input.uri);
  base::check(path.has_value(), "a checked spec has local inputs");
  const std::string shown = base::to_printable(*path);
  struct stat info {};
  if (stat(path->c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return base::fail(base::ErrorCode::input_not_found,
                        fmt::format("input {} does not exist; check the path", shown));
    return tl::unexpected(
        base::make_file_error(errno, "look at input", *path, base::ErrorCode::input_forbidden));
  }
  if (S_ISDIR(info.st_mode))
    return base::fail(base::ErrorCode::input_invalid,
                      fmt::format("input {} is a folder; name one media file in it", shown));
  if (!S_ISREG(info.st_mode))
    return base::fail(base::ErrorCode::input_invalid,
                      fmt::format("input {} is not a regular file; pipes, sockets and devices "
                                  "cannot be read again after a crash: save it to a file first",
                                  shown));
  if (access(path->c_str(), R_OK) != 0)
    return tl::unexpected(
        base::make_file_error(errno, "read input", *path, base::ErrorCode::input_forbidden));
  ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(base::Path(*path)));
  return store::InputRow{input.key, input.uri, to_text(identity), identity.size, {}, {}};
}

}  // namespace

base::Result<std::vector<store::InputRow>> check_inputs(const submit::JobSpec& spec) {
  std::vector<store::InputRow> rows;
  for (const submit::InputSpec& input : spec.inputs) {
    ASSIGN_OR_RETURN(store::InputRow row, check_input(input));
    rows.push_back(std::move(row));
  }
  return rows;
}

base::Result<base::Path> check_output(const submit::JobSpec& spec) {
  const auto uri_path = base::parse_file_uri(spec.output_uri);
  base::check(uri_path.has_value(), "a checked spec has a local output");
  base::Path path = base::Path(*uri_path).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const std::string shown = base::to_printable(path.native());
  if (!path.has_filename())
    return base::fail(base::ErrorCode::output_unwritable,
                      "the output cannot be the root folder; name a folder of its own");
  for (const submit::InputSpec& input : spec.inputs)
    if (const auto source = base::parse_file_uri(input.uri)) {
      std::error_code error;
      if (std::filesystem::equivalent(*source, path, error))
        return base::fail(
            base::ErrorCode::output_unwritable,
            fmt::format("the output {} is also an input; name another output", shown));
    }
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  const bool makes_file = spec.packaging.format == "mp4" && spec.renditions.size() <= 1 &&
                          !spec.poster.enabled && !spec.sprites.enabled;
  if (is_file && submit::makes_renditions(spec) && !makes_file)
    return base::fail(base::ErrorCode::output_unwritable,
                      fmt::format("the output {} is a file, but a ladder is a folder of files; "
                                  "remove it or name another output",
                                  shown));
  // What only adds to a folder has its hidden one in there.
  const bool adds = std::filesystem::is_directory(path, error) && plan::leaves_all(spec);
  const base::Path parent = adds ? path : path.parent_path();
  if (auto made = base::make_directories(parent); !made)
    return base::fail(made.error().code == base::ErrorCode::disk_full
                          ? base::ErrorCode::disk_full
                          : base::ErrorCode::output_unwritable,
                      made.error().message);
  if (access(parent.c_str(), W_OK | X_OK) != 0)
    return tl::unexpected(base::make_file_error(errno, "write to the output's folder", parent,
                                                base::ErrorCode::output_unwritable));
  return path;
}

base::Path scratch_of(const base::Path& output, const base::JobId& job) {
  return output.parent_path() /
         fmt::format(".{}.mpegflow-{}", output.filename().native(), job.value);
}

}  // namespace mpegflow::protocol
