#include "api/worker_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "core/audit/attempt_names.h"
#include "protocol/input_identity.h"
#include "store/reads.h"
#include "store/worker_reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

tl::unexpected<base::Error> superseded(const std::string& what) {
  return base::fail(ErrorCode::superseded, what);
}

/// The task of the claim, which nobody has claimed since and whose end is open.
base::Result<store::TaskRow> find_open_task(store::Store& store, const store::Claim& claim) {
  ASSIGN_OR_RETURN(const auto task, store::find_task(store, claim.task));
  if (!task || task->fence != claim.fence || task->claim != claim.id || is_terminal(task->state))
    return superseded("the claim does not stand any more");
  return *task;
}

base::Result<void> check_holds_task_of(store::Store& store, const base::SessionId& session,
                                       const base::JobId& job) {
  ASSIGN_OR_RETURN(const auto leases, store::list_leases_of_session(store, session));
  for (const store::LeaseRow& lease : leases) {
    ASSIGN_OR_RETURN(const auto task, store::find_task(store, lease.task));
    if (task && task->job == job) return {};
  }
  return superseded(fmt::format("the session holds no task of job {}", job.value));
}

bool is_below(const base::Path& path, const base::Path& root) {
  const auto [end, at] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  // "/media/" ends in an empty part.
  return end == root.end() || (std::next(end) == root.end() && end->empty());
}

}  // namespace

base::Result<store::OutputRow> find_expected_output(store::Store& store, const std::string& key) {
  ASSIGN_OR_RETURN(const auto row, store::find_output(store, key));
  if (!row || row->state != "staged")
    return superseded(fmt::format("no output is expected as {}", base::to_printable(key)));
  RETURN_IF_ERROR(find_open_task(store, {row->task, row->fence, row->claim}));
  return *row;
}

base::Result<store::OutputRow> find_readable_output(store::Store& store,
                                                    const base::SessionId& session,
                                                    const std::string& key) {
  ASSIGN_OR_RETURN(const auto row, store::find_output(store, key));
  if (!row || row->state != "committed")
    return base::fail(ErrorCode::object_missing,
                      fmt::format("there is no object {}", base::to_printable(key)));
  ASSIGN_OR_RETURN(const auto task, store::find_task(store, row->task));
  base::check(task.has_value(), "an output belongs to a task");
  RETURN_IF_ERROR(check_holds_task_of(store, session, task->job));
  return *row;
}

base::Result<void> check_runs(store::Store& store, const store::Claim& claim) {
  return find_open_task(store, claim).map([](const auto&) {});
}

base::Result<void> check_log(store::Store& store, const std::string& key,
                             const store::Claim& claim) {
  ASSIGN_OR_RETURN(const store::TaskRow task, find_open_task(store, claim));
  if (key != audit::stderr_key(task.job, claim.task, claim.fence, claim.id))
    return superseded("the key is not that of the attempt's log");
  return {};
}

base::Result<ReadableInput> find_readable_input(store::Store& store, const base::SessionId& session,
                                                const base::JobId& job, const std::string& input,
                                                const std::vector<base::Path>& roots) {
  RETURN_IF_ERROR(check_holds_task_of(store, session, job));
  ASSIGN_OR_RETURN(const auto rows, store::list_inputs(store, job));
  const auto row = std::ranges::find(rows, input, &store::InputRow::key);
  if (row == rows.end())
    return base::fail(ErrorCode::input_not_found, fmt::format("the job has no input {}", input));
  const auto named = base::parse_file_uri(row->uri);
  if (!named)
    return base::fail(ErrorCode::input_invalid,
                      fmt::format("input {} is no file of this server", input));
  // Links are followed first: what counts is where the bytes are.
  std::error_code error;
  const base::Path path = std::filesystem::canonical(*named, error);
  if (error)
    return base::fail(
        error == std::errc::permission_denied ? ErrorCode::input_forbidden
                                              : ErrorCode::input_not_found,
        fmt::format("input {} ({}): {}", input, base::to_printable(*named), error.message()));
  if (std::ranges::none_of(roots, [&](const base::Path& root) { return is_below(path, root); }))
    return base::fail(
        ErrorCode::input_forbidden,
        fmt::format("input {} ({}) is not below a folder that this server gives to workers", input,
                    base::to_printable(path.native())));
  ReadableInput readable{path, row->identity};
  RETURN_IF_ERROR(check_unchanged(readable));
  return readable;
}

base::Result<void> check_unchanged(const ReadableInput& input) {
  const auto identity = base::identify_file(input.path);
  if (!identity) return base::fail(ErrorCode::input_not_found, identity.error().message);
  if (protocol::to_text(*identity) != input.identity)
    return base::fail(ErrorCode::input_changed,
                      fmt::format("{} changed since the job was submitted",
                                  base::to_printable(input.path.native())));
  return {};
}

}  // namespace mpegflow::api
