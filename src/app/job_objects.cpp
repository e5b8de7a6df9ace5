#include "app/job_objects.h"

#include <fmt/format.h>

#include "base/text.h"
#include "objects/local/local_object_store.h"
#include "store/reads.h"

namespace mpegflow::app {
namespace {

/// The store of the job that the key begins with.
base::Result<objects::LocalObjectStore> open_for(store::Store& store, std::string_view key) {
  const base::JobId id(std::string(key.substr(0, key.find('/'))));
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, id));
  const auto folder = job ? find_hidden_folder(*job) : std::nullopt;
  if (!folder)
    return base::fail(base::ErrorCode::object_missing,
                      fmt::format("no job here has an object {}", base::to_printable(key)));
  return objects::LocalObjectStore(objects_in(*folder));
}

}  // namespace

std::optional<base::Path> find_hidden_folder(const store::JobRow& job) {
  const auto path = base::parse_file_uri(job.scratch_uri);
  return path ? std::optional<base::Path>(*path) : std::nullopt;
}

base::Path objects_in(const base::Path& hidden_folder) {
  return hidden_folder / "objects";
}

base::Path attempts_in(const base::Path& hidden_folder) {
  return hidden_folder / "attempts";
}

base::Result<void> JobObjects::put_file(std::string_view key, const base::Path& file) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, key));
  return objects.put_file(key, file);
}

base::Result<void> JobObjects::put_bytes(std::string_view key, std::string_view bytes) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, key));
  return objects.put_bytes(key, bytes);
}

base::Result<std::string> JobObjects::get_bytes(std::string_view key) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, key));
  return objects.get_bytes(key);
}

base::Result<void> JobObjects::get_file(std::string_view key, const base::Path& target) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, key));
  return objects.get_file(key, target);
}

base::Result<std::vector<objects::ObjectInfo>> JobObjects::list(std::string_view prefix) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, prefix));
  return objects.list(prefix);
}

base::Result<void> JobObjects::remove(std::string_view key) {
  ASSIGN_OR_RETURN(auto objects, open_for(store_, key));
  return objects.remove(key);
}

}  // namespace mpegflow::app
