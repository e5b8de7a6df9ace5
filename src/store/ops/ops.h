#pragma once

#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// Carries out one op inside the driver's transaction; one session serves all ops of it. An error
/// means that the driver must undo all that the op did.
base::Result<Answer> run_op(Session& session, const Op& op);

/// Writes what the ops have summed up. The driver calls it once, before it commits.
base::Result<void> finish_transaction(Session& session);

}  // namespace mpegflow::store
