#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace mpegflow::engine {

/// A worker process that is gone for sure, as its successor on the same machine says.
struct DeadWorker {
  struct Log {
    store::Claim claim;
    std::string key;  ///< of the object with its standard error; empty = nothing was found
    std::int64_t bytes = 0;
  };
  base::SessionId session;
  std::string host;  ///< of the successor
  std::string proof;
  std::vector<Log> logs;
};

/// Gives the claims of the session back at once, with what was found of its attempts in their
/// records. A session of another machine is left alone: nobody there can know.
base::Result<void> release_dead_worker(store::Store& store, const DeadWorker& worker);

}  // namespace mpegflow::engine
