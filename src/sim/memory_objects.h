#pragma once

#include <map>
#include <string>

#include "objects/object_store.h"
#include "sim/context.h"
#include "sim/network.h"

namespace mpegflow::sim {

/// How late a put may land that was given up.
inline constexpr std::chrono::milliseconds kLatestPut = std::chrono::minutes(10);

/// The object store of a run: a map that outlives every process. A put may fail, alone or in a
/// storm, may land without an answer or long after it, and is a crash point on both sides.
class MemoryObjects final : public objects::ObjectStore {
 public:
  MemoryObjects(Context& context, Network& network) : context_(context), network_(network) {}

  base::Result<void> put_file(std::string_view key, const base::Path& file) override;
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override;
  base::Result<std::string> get_bytes(std::string_view key) override;
  base::Result<void> get_file(std::string_view key, const base::Path& target) override;
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override;
  base::Result<void> remove(std::string_view key) override;

  /// All that is stored, for the invariants.
  const std::map<std::string, std::string, std::less<>>& contents() const { return contents_; }

 private:
  Context& context_;
  Network& network_;
  base::SteadyTime storm_until_;
  std::map<std::string, std::string, std::less<>> contents_;
};

}  // namespace mpegflow::sim
