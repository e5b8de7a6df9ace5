#pragma once

#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace mpegflow::records {

/// The job that `word` names: an id, the start of exactly one id, or "last" for the newest
/// (not_found, or invalid_argument when several start so).
base::Result<store::JobRow> find_named_job(store::Store& store, std::string_view word);

struct NamedTask {
  store::JobRow job;
  store::TaskRow task;
};

/// The task that `word` names: "JOB/KEY", JOB as above, or a task's id.
base::Result<NamedTask> find_named_task(store::Store& store, std::string_view word);

/// The attempts at one task, oldest first.
base::Result<std::vector<store::AttemptRow>> list_attempts_of_task(store::Store& store,
                                                                   const store::TaskRow& task);

/// The encoder revision whose id starts with `prefix`, of those that this state has seen. Errors:
/// not_found, invalid_argument when several start so.
base::Result<base::EncoderRevisionId> find_named_revision(store::Store& store,
                                                          std::string_view prefix);

}  // namespace mpegflow::records
