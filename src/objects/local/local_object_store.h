#pragma once

#include "objects/object_store.h"

namespace mpegflow::objects {

/// Objects as files below one folder. put_file moves by rename where source and folder share a file
/// system; what it is given must be durable already (fsynced), the folders are synced here.
class LocalObjectStore final : public ObjectStore {
 public:
  explicit LocalObjectStore(base::Path root) : root_(std::move(root)) {}

  base::Result<void> put_file(std::string_view key, const base::Path& file) override;
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override;
  base::Result<std::string> get_bytes(std::string_view key) override;
  base::Result<void> get_file(std::string_view key, const base::Path& target) override;
  base::Result<std::vector<ObjectInfo>> list(std::string_view prefix) override;
  base::Result<void> remove(std::string_view key) override;

 private:
  base::Result<base::Path> path_of(std::string_view key) const;
  base::Path root_;
};

}  // namespace mpegflow::objects
