#pragma once

#include "base/time.h"

namespace mpegflow::lease {

/// On what a worker keeps its claims while it cannot be reached. A TTL of 0: nobody judges it by
/// its silence.
struct SelfLease {
  base::Micros ttl{0};
  base::Micros orphan_grace{0};  ///< from the end of the lease; 0 = without end
};

/// What may become of the processes of a worker whose last heartbeat that was answered was sent at
/// `heard`.
enum class SelfLeaseState {
  held,    ///< they may run
  frozen,  ///< the claims may be somebody else's by now: they stand still
  over,    ///< nobody came back for so long that they are ended
};

/// When the processes must stand still at the latest; {0} = never. Measured from before the
/// heartbeat was sent, so it ends before the server's own TTL does, and by a tenth earlier, for the
/// clock that looks may be late.
base::SteadyTime end_of_lease(const SelfLease& lease, base::SteadyTime heard);

SelfLeaseState judge_self_lease(const SelfLease& lease, base::SteadyTime heard,
                                base::SteadyTime now);

}  // namespace mpegflow::lease
