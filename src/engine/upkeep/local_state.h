#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/file.h"
#include "engine/proof_of_death.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::engine {

/// A state directory on this machine, and what it speaks of: the logs in it, and the hidden folders
/// of its jobs, wherever their outputs are.
struct LocalState {
  base::Path directory;
  Machine machine;
  store::Store& store;
  objects::ObjectStore& logs;        ///< the objects below directory/logs
  objects::ObjectStore& quarantine;  ///< those below directory/quarantine
  std::function<std::unique_ptr<objects::ObjectStore>(const base::Path& folder)> open_objects;

  base::Path log_path(std::string_view key) const { return directory / "logs" / key; }
  base::Path quarantine_path(std::string_view key) const { return directory / "quarantine" / key; }
};

/// The hidden folder of a job that ran on this machine; nullopt if it had none, or one that is not
/// surely its own.
std::optional<base::Path> find_scratch(const base::JobId& job, const std::string& scratch_uri);
base::Path objects_in(const base::Path& scratch);
base::Path attempts_in(const base::Path& scratch);
base::Path publish_in(const base::Path& scratch);

/// Bytes of all files at or below the path; 0 if there is nothing.
std::int64_t measure_tree(const base::Path& path);

/// The lock file of the runs of a job's command; empty if the job was not submitted by one.
base::Path run_lock_of(const LocalState& state, const store::JobRow& job);

/// Keeps every `run` of the job's command away for as long as it lives.
struct JobHold {
  base::UniqueFd lock;
  base::Path path;
};
/// nullopt: a live process holds the job.
base::Result<std::optional<JobHold>> take_job(const LocalState& state, const store::JobRow& job);
/// The same question, without making or changing anything.
bool is_job_held(const LocalState& state, const store::JobRow& job);

}  // namespace mpegflow::engine
