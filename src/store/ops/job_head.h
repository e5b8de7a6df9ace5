#pragma once

#include "store/op.h"
#include "store/ops/work.h"
#include "store/session.h"

namespace mpegflow::store {

/// The head of a job that exists; read once an op and good until its end.
base::Result<JobHead*> find_head(Session& session, const base::JobId& id);

/// The head of a job whose row the op has just inserted.
void begin_head(Session& session, const JobRow& job, const Schedule& schedule,
                std::optional<std::int64_t> start_us);

/// Writes the last events' numbers and hashes into the rows of their jobs: the end of every op.
base::Result<void> write_heads(Session& session);

}  // namespace mpegflow::store
