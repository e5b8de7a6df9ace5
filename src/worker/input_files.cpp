#include "worker/input_files.h"

#include <cerrno>

#include <unistd.h>

#include <fmt/format.h>

#include "base/hash_file.h"
#include "base/text.h"
#include "protocol/input_identity.h"

namespace mpegflow::worker {
namespace {

base::Result<base::Path> path_of(const protocol::AssignedInput& input) {
  const auto path = base::parse_file_uri(input.uri);
  if (!path)
    return base::fail(
        base::ErrorCode::input_invalid,
        fmt::format("input {}: {} is not a local file", input.key, base::to_printable(input.uri)));
  return base::Path(*path);
}

std::string id_of(const protocol::AssignedInput& input) {
  return input.uri + "\n" + input.identity;
}

base::Result<void> check_unchanged(const protocol::AssignedInput& input, const base::Path& path) {
  const auto identity = base::identify_file(path);
  if (!identity) {
    const bool is_missing = identity.error().code == base::ErrorCode::not_found;
    const bool is_hidden = !is_missing && access(path.c_str(), F_OK) != 0 && errno == EACCES;
    return base::fail(is_missing  ? base::ErrorCode::input_not_found
                      : is_hidden ? base::ErrorCode::input_forbidden
                                  : base::ErrorCode::io_failed,
                      identity.error().message);
  }
  if (protocol::to_text(*identity) != input.identity)
    return base::fail(base::ErrorCode::input_changed,
                      fmt::format("input {} ({}) changed since the job was submitted", input.key,
                                  base::to_printable(path.native())));
  return {};
}

/// The hash of the very file that was submitted: another one that stood at its place for a while
/// must not be remembered under its name.
base::Result<std::string> hash_unchanged(const protocol::AssignedInput& input,
                                         const base::Path& path, const std::atomic<bool>* stop) {
  RETURN_IF_ERROR(check_unchanged(input, path));
  ASSIGN_OR_RETURN(std::string hash, base::hash_file(path, stop));
  RETURN_IF_ERROR(check_unchanged(input, path));
  return hash;
}

}  // namespace

base::Result<base::Path> InputFiles::open(const protocol::AssignedInput& input) {
  if (fetch_) return fetch_(input).map([](const Copy& copy) { return copy.path; });
  ASSIGN_OR_RETURN(base::Path path, path_of(input));
  RETURN_IF_ERROR(check_unchanged(input, path));
  if (access(path.c_str(), R_OK) != 0)
    return tl::unexpected(
        base::make_file_error(errno, "read", path, base::ErrorCode::input_forbidden));
  return path;
}

std::shared_future<base::Result<std::string>> InputFiles::hash_of(
    const protocol::AssignedInput& input) {
  const std::scoped_lock lock(mutex_);
  const std::string id = id_of(input);
  const auto known = hashes_.find(id);
  if (known != hashes_.end()) return known->second;
  const auto path = path_of(input);
  std::shared_future<base::Result<std::string>> hash;
  if (input.sha256 || !path) {
    std::promise<base::Result<std::string>> ready;
    if (path) ready.set_value(*input.sha256);
    else ready.set_value(tl::unexpected(path.error()));
    hash = ready.get_future().share();
  } else {
    hash = std::async(std::launch::async, [input, path = *path, this] {
             return hash_unchanged(input, path, &stop_);
           }).share();
  }
  hashes_.emplace(id, hash);
  return hash;
}

void InputFiles::start_hash(const protocol::AssignedInput& input) {
  if (!fetch_) (void)hash_of(input);
}

base::Result<std::string> InputFiles::finish_hash(const protocol::AssignedInput& input) {
  if (fetch_) return fetch_(input).map([](const Copy& copy) { return copy.sha256; });
  ASSIGN_OR_RETURN(const base::Path path, path_of(input));
  const auto future = hash_of(input);
  base::Result<std::string> hash = future.get();
  if (!hash) {  // the next attempt reads anew
    const std::scoped_lock lock(mutex_);
    hashes_.erase(id_of(input));
    return hash;
  }
  RETURN_IF_ERROR(check_unchanged(input, path));
  return hash;
}

}  // namespace mpegflow::worker
