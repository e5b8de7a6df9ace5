#pragma once

#include <string_view>

#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// An attempt failed by something that its host may be to blame for: the host may be quarantined
/// for it, or the job found to be what fails everywhere.
base::Result<void> note_host_failure(Session& session, const Claim& claim, const base::JobId& job,
                                     std::string_view reason);

/// An attempt succeeded: what failed on its host before is no row any more.
base::Result<void> note_host_success(Session& session, const Claim& claim);

/// Refuses claims of a quarantined host (quarantined, with the reason): of one that somebody took
/// out all but those for publishing, of another those for pools that other hosts serve, too. One
/// that claims for a single job is never refused: nobody else would do its tasks.
base::Result<void> check_quarantine(Session& session, const ClaimTasks& op);

}  // namespace mpegflow::store
