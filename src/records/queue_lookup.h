#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/store.h"

namespace mpegflow::records {

/// {"lane", "changes"}: the lane as it stands in every pool, and its latest changes (not_found).
base::Result<base::json::object> describe_lane(store::Store& store, const std::string& name);

/// not_found unless there is such a lane and, if one is named, such a pool: one that was made, or
/// that tasks or workers are in.
base::Result<void> check_lane_and_pool(store::Store& store, const std::string& lane,
                                       const std::string& pool);

/// {"pools"}, each with its tasks.
base::Result<base::json::object> describe_pools(store::Store& store);
/// One of them (not_found).
base::Result<base::json::object> describe_pool(store::Store& store, const std::string& name);

}  // namespace mpegflow::records
