#pragma once

#include "base/json.h"
#include "store/op.h"
#include "store/rows.h"
#include "store/session.h"

namespace mpegflow::store {

/// The row beside a task that is dead from now on: what it died of is in the event's `body`. Gives
/// the row.
base::Result<DeadLetterRow> record_death(Session& session, const TaskRow& task, const JobRow& job,
                                         const base::json::object& body);

/// The task is dead no more.
base::Result<void> forget_death(Session& session, const base::TaskId& task);

/// The next dead letters of a selection, oldest first.
base::Result<Rows> run_find_dead_letters(Session& session, const DeadLetterFilter& filter,
                                         const ReprocessDeadLetters::Cursor& after,
                                         std::int64_t limit);

}  // namespace mpegflow::store
