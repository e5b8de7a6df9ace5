#pragma once

#include "store/ops/work.h"
#include "store/session.h"

namespace mpegflow::store {

/// What the store knows of a session, as far as its leases go; nullptr if there is none. Read once
/// a transaction.
base::Result<const Holder*> find_holder(Session& session, const base::SessionId& id);

/// The session gives its pools up.
void forget_holder(Session& session, const base::SessionId& id);

}  // namespace mpegflow::store
