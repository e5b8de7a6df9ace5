#include "worker/ship_leftovers.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>

#include "base/json.h"
#include "base/log.h"
#include "core/audit/attempt_names.h"
#include "objects/stderr_log.h"

namespace mpegflow::worker {
namespace {

constexpr const char* kSignature = "attempt.json";

/// Under which key the log of the attempt that signed this folder is kept; empty if nobody has.
std::string find_key(const base::Path& root) {
  const auto text = base::read_file(root / kSignature);
  if (!text) return {};
  const auto value = base::parse_json(*text, "signature of an attempt");
  if (!value || !value->is_object()) return {};
  const base::json::object& record = value->get_object();
  return audit::stderr_key(
      base::JobId(base::text_or(record, "job")), base::TaskId(base::text_or(record, "task")),
      base::int_or(record, "fence"), base::ClaimId(base::text_or(record, "claim")));
}

base::Result<void> ship(objects::ObjectStore& logs, const base::Path& root,
                        const std::string& key) {
  if (!logs.get_bytes(key))
    RETURN_IF_ERROR(objects::keep_log(logs, key, root / "work" / "stderr.log").map([](auto) {}));
  return base::remove_tree(root);
}

}  // namespace

/// For whoever comes after a kill. What a power cut leaves of a log has not been waited for either,
/// so this is not.
base::Result<void> sign_folder(const base::Path& root, const protocol::Assignment& assignment) {
  const std::string text =
      base::to_canonical_json(base::json::object{{"session", assignment.session.value},
                                                 {"job", assignment.job.value},
                                                 {"task", assignment.claim.task.value},
                                                 {"fence", assignment.claim.fence},
                                                 {"claim", assignment.claim.id.value}});
  const base::Path path = root / kSignature, half = root / "attempt.json.half";
  const base::UniqueFd fd(::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "create", half));
  RETURN_IF_ERROR(base::write_all(fd.get(), text, half));
  if (::rename(half.c_str(), path.c_str()) != 0)
    return tl::unexpected(base::make_file_error(errno, "rename to", path));
  return {};
}

base::Result<std::int64_t> ship_leftovers(objects::ObjectStore& logs, const base::Path& scratch) {
  std::int64_t found = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(scratch, error)) {
    const std::string key = find_key(entry.path());
    if (key.empty()) continue;
    ++found;
    if (const auto shipped = ship(logs, entry.path(), key); !shipped)
      base::log(base::LogLevel::warn, "leftover_not_shipped", {{"what", shipped.error().message}});
  }
  return found;
}

}  // namespace mpegflow::worker
