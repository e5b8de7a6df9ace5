#pragma once

#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace mpegflow::records {

/// The job that `word` names: an id, the start of exactly one id, or "last" for the newest
/// (not_found, or invalid_argument when several start so).
base::Result<store::JobRow> find_named_job(store::Store& store, std::string_view word);

/// The one of `ids`, which start with `word` (or, for "last", is the newest), that is meant: the
/// one that is `word`, or the only one. Errors: not_found, invalid_argument when there are several.
base::Result<base::JobId> choose_job(std::string_view word, const std::vector<base::JobId>& ids);

struct NamedTask {
  store::JobRow job;
  store::TaskRow task;
};

/// The one of a job's tasks that has this key (not_found).
base::Result<store::TaskRow> choose_task(std::string_view key,
                                         const std::vector<store::TaskRow>& tasks);

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
