#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "store/session.h"

namespace mpegflow::store {

/// Appends the next event of the job, linked to the one before. Every change of state goes through
/// here in the transaction that makes it.
base::Result<void> append_event(Session& session, const base::JobId& job, const base::TaskId& task,
                                std::int64_t fence, std::string_view kind, base::json::object body);

}  // namespace mpegflow::store
