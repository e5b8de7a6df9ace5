#pragma once

#include <optional>
#include <string_view>

#include "store/store.h"

namespace mpegflow::store {

/// What the server of a fleet asks for its workers. Each on one snapshot.

base::Result<std::optional<OutputRow>> find_output(Store& store, std::string_view object_key);
/// How many tasks are ready in the pool, counted up to `most`.
base::Result<std::int64_t> count_ready(Store& store, std::string_view pool, std::int64_t most);

}  // namespace mpegflow::store
