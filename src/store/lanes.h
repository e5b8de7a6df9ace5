#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace mpegflow::store {

/// A lane in one pool.
struct LaneInPool {
  std::string pool;
  std::int64_t reserved = 0;
  std::optional<std::int64_t> cap;
  std::int64_t ready = 0, running = 0, capped = 0;
  std::optional<base::Micros> waited_p50,
      waited_p95;  ///< before the last claims, if there were any
};

struct LaneView {
  std::string name;
  std::int64_t weight = 1;
  std::int64_t reserved = 0;  ///< where a pool has no limits of its own
  std::optional<std::int64_t> cap;
  /// While it has something ready in a pool it is claimed at least once in so many claims of that
  /// pool.
  std::int64_t gap = 1;
  std::vector<LaneInPool> pools;
};

struct LimitChange {
  std::int64_t number = 0;
  base::WallTime at;
  std::string changed_by;
  std::string change;  ///< JSON
};

/// All lanes, heaviest first, each with every pool that is known.
base::Result<std::vector<LaneView>> list_lanes(Store& store);
/// Newest first. `subject` is "lane NAME", "tenant NAME" or "host NAME".
base::Result<std::vector<LimitChange>> list_limit_changes(Store& store, const std::string& subject,
                                                          std::int64_t limit);

}  // namespace mpegflow::store
