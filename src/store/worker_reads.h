#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "store/store.h"

namespace mpegflow::store {

/// What the server of a fleet asks for its workers. Each on one snapshot.

base::Result<std::optional<OutputRow>> find_output(Store& store, std::string_view object_key);
/// What is ready in a pool.
struct ReadyWork {
  std::int64_t for_all = 0;          ///< tasks that every worker can do, counted up to a bound
  std::int64_t for_some = 0;         ///< tasks that need something of it, up to the same bound
  std::set<base::SessionId> able{};  ///< whoever can do something that not every worker can
};
base::Result<ReadyWork> find_ready_work(Store& store, std::string_view pool, std::int64_t most);

}  // namespace mpegflow::store
