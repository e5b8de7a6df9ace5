#include "cli/control/choose_attempt.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/records.h"

namespace mpegflow::cli {
namespace {

using base::ErrorCode;

bool has_log(const store::AttemptRow& attempt) {
  return !parse_record(attempt).stderr_key.empty();
}

std::string name_of(const store::TaskRow& task) {
  return task.job.value + "/" + task.key;
}

base::Error no_log(const store::TaskRow& task, const store::AttemptRow& attempt) {
  return {ErrorCode::not_found, fmt::format("attempt {} of {} left no log (it is {})",
                                            attempt.fence, name_of(task), attempt.outcome)};
}

base::Result<store::AttemptRow> find_attempt(const std::string& name,
                                             const std::vector<store::AttemptRow>& attempts,
                                             std::optional<std::int64_t> wanted) {
  if (attempts.empty())
    return base::fail(ErrorCode::not_found, fmt::format("task {} was not tried yet", name));
  if (wanted) {
    const auto found = std::ranges::find(attempts, *wanted, &store::AttemptRow::fence);
    if (found != attempts.end()) return *found;
    return base::fail(ErrorCode::not_found,
                      fmt::format("task {} has no attempt {}; there are {} to {}", name, *wanted,
                                  attempts.front().fence, attempts.back().fence));
  }
  const auto last = std::find_if(attempts.rbegin(), attempts.rend(), has_log);
  return last == attempts.rend() ? attempts.back() : *last;
}

}  // namespace

base::Result<store::AttemptRow> choose_attempt(const store::TaskRow& task,
                                               const std::vector<store::AttemptRow>& attempts,
                                               std::optional<std::int64_t> wanted) {
  ASSIGN_OR_RETURN(store::AttemptRow attempt, find_attempt(name_of(task), attempts, wanted));
  if (has_log(attempt)) return attempt;
  return tl::unexpected(no_log(task, attempt));
}

base::Result<std::optional<store::AttemptRow>> choose_attempt_to_follow(
    const store::TaskRow& task, const std::vector<store::AttemptRow>& attempts,
    std::optional<std::int64_t> wanted) {
  if (attempts.empty() && !wanted && !queue::is_terminal(task.state)) return std::nullopt;
  const std::optional<std::int64_t> newest =
      attempts.empty() ? wanted : std::optional(attempts.back().fence);
  ASSIGN_OR_RETURN(store::AttemptRow attempt,
                   find_attempt(name_of(task), attempts, wanted ? wanted : newest));
  if (is_running(attempt) || has_log(attempt)) return attempt;
  return tl::unexpected(no_log(task, attempt));
}

bool is_running(const store::AttemptRow& attempt) {
  return attempt.outcome == "running";
}

}  // namespace mpegflow::cli
