#pragma once

#include "store/op.h"
#include "store/session.h"

namespace mpegflow::store {

/// Carries out one op inside the driver's transaction. An error means that the driver must undo all
/// that the op did.
base::Result<Answer> run_op(Session& session, const Op& op);

}  // namespace mpegflow::store
