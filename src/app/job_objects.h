#pragma once

#include <functional>
#include <optional>

#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::app {

/// The outputs of all jobs of a server: those of a job are in its hidden folder, beside where they
/// are to be published. Any thread.
class JobObjects final : public objects::ObjectStore {
 public:
  explicit JobObjects(store::Store& store) : store_(store) {}

  base::Result<void> put_file(std::string_view key, const base::Path& file) override;
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override;
  base::Result<std::string> get_bytes(std::string_view key) override;
  base::Result<void> get_file(std::string_view key, const base::Path& target) override;
  /// Of one job: `prefix` begins with its id and a slash.
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override;
  base::Result<void> remove(std::string_view key) override;

 private:
  store::Store& store_;
};

/// The hidden folder of a job; nullopt if it has none of ours.
std::optional<base::Path> find_hidden_folder(const store::JobRow& job);
/// Where in it the outputs are.
base::Path objects_in(const base::Path& hidden_folder);
/// Where in it the attempts work that have no other place.
base::Path attempts_in(const base::Path& hidden_folder);

}  // namespace mpegflow::app
