#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/queue/room.h"
#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// Whose turn it is, for the length of one claim. The pools of the claim take turns, each with
/// something to give one after the other, so that none of n pools waits for more than n grants to
/// workers with the same list. Within a pool the lanes follow its wheel (core/queue/wheel.h). Both
/// positions are kept in the store and move on with each task that is taken. A task that needs what
/// the claimant does not have is not there for it.
class Turns {
 public:
  static base::Result<Turns> load(Session& session, const ClaimTasks& op);

  /// Takes the next task's row out of `ready`; nullopt when there is nothing in any pool.
  base::Result<std::optional<base::TaskId>> take(Session& session);

 private:
  Turns() = default;
  base::Result<std::optional<base::TaskId>> take_from(Session& session, const std::string& pool);
  /// The first of the lane, or if that had better run elsewhere one of the next two. A task is
  /// passed over only for another that is there, and only so many times. One that does not fit
  /// beside what the worker has waits, and after a while the lane with it.
  base::Result<std::optional<base::TaskId>> take_head(Session& session, const std::string& pool,
                                                      const std::string& lane);
  base::Result<queue::WorkerRoom> find_room(Session& session) const;

  std::string host_;
  std::string session_;
  std::vector<std::string> pools_;
  std::string pools_key_;
  std::size_t pool_position_ = 0;
  std::int64_t memory_bytes_ = 0;  ///< of the machine, 0 = unknown
  std::optional<std::int64_t> free_scratch_;
};

/// The host of the claim failed its task, or was lost with it: for its next claims others are
/// preferred.
base::Result<void> avoid_host(Session& session, const Claim& claim);

/// Takes the first ready task of one job that the claimant can do, whatever its pool and lane. A
/// run on its own machine asks so; it takes nobody's turn, and slots that are reserved are not kept
/// from it. Caps hold.
base::Result<std::optional<base::TaskId>> take_of_job(Session& session, const ClaimTasks& op);

}  // namespace mpegflow::store
