#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "store/session.h"

namespace mpegflow::store {

/// Writes one row for everybody who is to be told of the job: its newest event, with `body` beside
/// it. In the transaction of the change, so that nobody hears of one that was rolled back; the id
/// is of the event and the endpoint, the same however often it is sent.
base::Result<void> announce(Session& session, const base::JobId& job, std::string_view event,
                            base::json::object body);

}  // namespace mpegflow::store
