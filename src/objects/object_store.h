#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace mpegflow::objects {

struct ObjectInfo {
  std::string
      key;  ///< "JOB/TASK/FENCE-CLAIM/seg_00001.m4s": relative, '/' between parts, no "." or ".."
  std::int64_t size = 0;

  bool operator==(const ObjectInfo&) const = default;
};

/// The ObjectStore seam: where outputs live. An object appears whole or not at all, and is durable
/// when put returns. Keys belong to one attempt, so nothing is ever overwritten by somebody else.
/// Any thread.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Stores the file under `key`; may move it (the caller gives it up), must not change its bytes.
  virtual base::Result<void> put_file(std::string_view key, const base::Path& file) = 0;
  virtual base::Result<void> put_bytes(std::string_view key, std::string_view bytes) = 0;
  /// The whole object; object_missing if there is none.
  virtual base::Result<std::string> get_bytes(std::string_view key) = 0;
  /// Makes the object readable as a local file at `target` (a hard link where that is the same
  /// bytes, else a copy).
  virtual base::Result<void> get_file(std::string_view key, const base::Path& target) = 0;
  /// All objects whose key starts with `prefix`, sorted by key.
  virtual base::Result<std::vector<ObjectInfo>> list(std::string_view prefix) = 0;
  /// Deleting what is not there is fine.
  virtual base::Result<void> remove(std::string_view key) = 0;
};

}  // namespace mpegflow::objects
