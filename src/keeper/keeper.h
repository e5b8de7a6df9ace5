#pragma once

#include <optional>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "core/upkeep/garbage.h"
#include "engine/change_signal.h"
#include "store/store.h"

namespace mpegflow::keeper {

struct KeeperOptions {
  base::JobId only_job;         ///< empty = all
  base::Micros session_ttl{0};  ///< 0 = judge no session by its silence
  /// How long answers are kept for requests that are repeated, and sessions that are over and of
  /// which no attempt is left; 0 = for ever.
  base::Micros request_memory = upkeep::kDefaultGrace;
};

/// When to run which duty; the duties are ops and use cases. run_once() does all that is due and
/// says when to come back at the latest; whoever owns the keeper has the thread. Made when its
/// server begins to hear heartbeats; one that judges sessions runs at least once in each TTL, and
/// takes a longer gap for one in which its server stood still and heard nothing.
class Keeper {
 public:
  Keeper(KeeperOptions options, store::Store& store, engine::ChangeSignal& changes,
         const base::Clock& clock)
      : options_(std::move(options)),
        store_(store),
        changes_(changes),
        clock_(clock),
        listening_since_(clock.steady()),
        last_run_(listening_since_) {}

  /// The next due time by the store's clock, nullopt if nothing waits.
  base::Result<std::optional<base::WallTime>> run_once();

 private:
  base::Result<void> prune(base::SteadyTime now);

  KeeperOptions options_;
  store::Store& store_;
  engine::ChangeSignal& changes_;
  const base::Clock& clock_;
  base::SteadyTime listening_since_;
  base::SteadyTime last_run_;
  std::optional<base::SteadyTime> next_prune_;
};

}  // namespace mpegflow::keeper
