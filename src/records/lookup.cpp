#include "records/lookup.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "core/submit/fault.h"
#include "store/reads.h"

namespace mpegflow::records {
namespace {

using base::ErrorCode;

base::Result<store::JobRow> load_job(store::Store& store, const base::JobId& id) {
  ASSIGN_OR_RETURN(auto job, store::find_job(store, id));
  if (!job) return base::fail(ErrorCode::not_found, fmt::format("there is no job {}", id.value));
  return std::move(*job);
}

base::Result<std::vector<base::JobId>> find_ids(store::Store& store, std::string_view word) {
  if (word != "last") return store::find_jobs_by_prefix(store, word);
  ASSIGN_OR_RETURN(const auto jobs, store::list_jobs(store, 1));
  std::vector<base::JobId> ids;
  for (const store::JobRow& job : jobs) ids.push_back(job.id);
  return ids;
}

std::string no_such_task(std::string_view key, const std::vector<store::TaskRow>& tasks) {
  std::vector<std::string> keys;
  for (const store::TaskRow& task : tasks) keys.push_back(task.key);
  return fmt::format("the job has no task {} (there are: {})", base::quote(key),
                     base::to_printable(submit::join_words(keys)));
}

}  // namespace

base::Result<base::JobId> choose_job(std::string_view word, const std::vector<base::JobId>& ids) {
  if (word.empty()) return base::fail(ErrorCode::not_found, "a job's name is not empty");
  if (ids.empty() && word == "last") return base::fail(ErrorCode::not_found, "there is no job yet");
  if (ids.empty())
    return base::fail(ErrorCode::not_found,
                      fmt::format("there is no job {}; mpegflow job list shows those there are",
                                  base::quote(word)));
  const auto exact = std::ranges::find(ids, word, &base::JobId::value);
  if (exact != ids.end()) return *exact;
  if (ids.size() > 1)
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("several jobs start with {}: {}, {}{}; write more of the id", base::quote(word),
                    ids[0].value, ids[1].value, ids.size() > 2 ? ", …" : ""));
  return ids.front();
}

base::Result<store::JobRow> find_named_job(store::Store& store, std::string_view word) {
  ASSIGN_OR_RETURN(const auto ids, find_ids(store, word));
  ASSIGN_OR_RETURN(const base::JobId id, choose_job(word, ids));
  return load_job(store, id);
}

base::Result<store::TaskRow> choose_task(std::string_view key,
                                         const std::vector<store::TaskRow>& tasks) {
  const auto found = std::ranges::find(tasks, key, &store::TaskRow::key);
  if (found != tasks.end()) return *found;
  return base::fail(ErrorCode::not_found, no_such_task(key, tasks));
}

base::Result<NamedTask> find_named_task(store::Store& store, std::string_view word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string_view::npos) {
    ASSIGN_OR_RETURN(auto task, store::find_task(store, base::TaskId(std::string(word))));
    if (!task)
      return base::fail(
          ErrorCode::not_found,
          fmt::format("there is no task {}; write JOB/KEY, as in last/probe", base::quote(word)));
    ASSIGN_OR_RETURN(store::JobRow job, load_job(store, task->job));
    return NamedTask{std::move(job), std::move(*task)};
  }
  ASSIGN_OR_RETURN(store::JobRow job, find_named_job(store, word.substr(0, slash)));
  ASSIGN_OR_RETURN(auto tasks, store::list_tasks(store, job.id));
  ASSIGN_OR_RETURN(store::TaskRow task, choose_task(word.substr(slash + 1), tasks));
  return NamedTask{std::move(job), std::move(task)};
}

base::Result<std::vector<store::AttemptRow>> list_attempts_of_task(store::Store& store,
                                                                   const store::TaskRow& task) {
  ASSIGN_OR_RETURN(auto attempts, store::list_attempts(store, task.job));
  std::erase_if(attempts, [&](const store::AttemptRow& row) { return row.task != task.id; });
  std::ranges::sort(attempts, {}, &store::AttemptRow::fence);
  return attempts;
}

base::Result<base::EncoderRevisionId> find_named_revision(store::Store& store,
                                                          std::string_view prefix) {
  ASSIGN_OR_RETURN(const auto ids, store::find_encoder_revisions_by_prefix(store, prefix));
  const std::string word = base::to_printable(prefix);
  if (ids.empty())
    return base::fail(base::ErrorCode::not_found,
                      fmt::format("no worker of this state has had an encoder revision \"{}\"; "
                                  "mpegflow job show JOB --json names those there were",
                                  word));
  if (ids.size() > 1)
    return base::fail(
        base::ErrorCode::invalid_argument,
        fmt::format("several encoder revisions start with \"{}\"; write more of it", word));
  return ids.front();
}

}  // namespace mpegflow::records
