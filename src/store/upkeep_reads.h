#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/upkeep/garbage.h"
#include "store/store.h"

namespace mpegflow::store {

/// What upkeep asks of the store. read_… work inside a snapshot that the caller has.

/// An output that is not committed, with what decides whether it may go.
struct OpenOutput {
  OutputRow row;
  base::JobId job;
  queue::TaskState task_state = queue::TaskState::blocked;
  std::int64_t task_fence = 0;
  base::ClaimId task_claim;
  base::SessionId session;  ///< of its attempt; empty = there is no row of it
  std::optional<base::WallTime> ended;
};
base::Result<std::vector<OpenOutput>> read_open_outputs(Session& session,
                                                        const base::JobId& only_job);
upkeep::OutputFacts to_facts(const OpenOutput& output, bool is_writer_gone);

struct RemovalRow {
  base::JobId job;
  std::string what;  ///< "job" or "logs"
  base::WallTime removed;
  std::string record;  ///< JSON
  bool is_finished = false;
};
base::Result<std::vector<RemovalRow>> list_open_removals(Store& store);
base::Result<std::optional<RemovalRow>> find_removal(Store& store, const base::JobId& job,
                                                     std::string_view what);

base::Result<std::map<std::string, base::WallTime>> list_orphans(Store& store);

/// What decides whether a job may be forgotten, and how many rows it has.
struct JobStandingRow {
  upkeep::HistoryFacts facts;
  std::int64_t tasks = 0, attempts = 0, events = 0, outputs = 0;
};
base::Result<JobStandingRow> read_job_standing(Session& session, const JobRow& job);

/// How much waits to be collected that is older than `age`, by looking at indexes alone.
struct Leftovers {
  std::int64_t outputs = 0;
  std::int64_t output_bytes = 0;
  std::int64_t requests = 0;
};
base::Result<Leftovers> measure_leftovers(Store& store, base::Micros age);

/// The store's present moment.
base::Result<base::WallTime> read_now(Store& store);

queue::JobStanding standing_of(const JobRow& job);

}  // namespace mpegflow::store
