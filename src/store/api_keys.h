#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

namespace mpegflow::store {

base::Result<std::optional<ApiKeyRow>> find_api_key(Store& store, const std::string& id);
/// All of them, also those that are revoked; oldest first.
base::Result<std::vector<ApiKeyRow>> list_api_keys(Store& store);

}  // namespace mpegflow::store
