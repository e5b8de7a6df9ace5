#pragma once

#include <string>
#include <vector>

#include "engine/upkeep/litter.h"

namespace mpegflow::engine {

enum class FaultKind {
  database,   ///< SQLite finds its own file damaged, or cannot read it
  stray_row,  ///< a row of a job or task that does not exist
  job_state,  ///< tables that contradict each other
  story,      ///< events that were changed, or do not give the state
  object,     ///< a committed output is missing or has other bytes
  published,  ///< a published file is missing or has other bytes
  log,        ///< a log that an attempt names is missing
  lease,      ///< held by a session that is gone
  orphan,     ///< an object or log without a row
  scratch,    ///< what nobody needs of a hidden folder
  unchecked,  ///< could not be looked at
};
std::string_view to_word(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::database;
  std::string place;   ///< "job ID", "task JOB/KEY", a path
  std::string what;    ///< is wrong
  std::string advice;  ///< what to do
  bool is_mendable = false;
  bool is_mended = false;
  std::string mended{};  ///< what was done, or why it could not be
  base::JobId job{};
  Litter litter{};  ///< of orphan and scratch
};

/// What to do where nothing can be mended.
inline constexpr const char* kRestore =
    "bring the state directory back from a backup; copy it before anything else";

struct CheckOptions {
  bool is_quick = false;  ///< sizes alone, nothing is hashed
};

struct CheckReport {
  std::vector<Fault> faults;
  std::int64_t jobs = 0, events = 0, files = 0, bytes_hashed = 0;
};

/// Looks at everything a state directory promises. Changes nothing. Only what makes looking itself
/// impossible is an error.
base::Result<CheckReport> check_state(const LocalState& state, const CheckOptions& options);

/// Mends what can be mended without guessing: gives back the leases of sessions that are dead for
/// sure, removes what nobody needs of hidden folders, moves files without a row into the
/// quarantine. Says of each fault what was done.
base::Result<void> mend(const LocalState& state, CheckReport& report);

/// One job: its tables, its story, its files. Used by check_state().
base::Result<void> check_job(const LocalState& state, const base::JobId& job,
                             const CheckOptions& options, CheckReport& report);

}  // namespace mpegflow::engine
