#pragma once

#include <optional>
#include <vector>

#include "core/audit/story.h"
#include "store/standing.h"
#include "store/store.h"

namespace mpegflow::engine {

struct PublishedFile {
  std::string target_uri;
  store::PublishedRow row;
};

struct HeldLease {
  store::LeaseRow lease;
  std::string task_key;
  std::optional<store::SessionRow> session;  ///< nullopt: there is no such row
};

/// All that the store says of one job, at one moment.
struct JobRecord {
  store::JobRow job;
  std::int64_t event_seq = 0;
  std::string event_hash;
  audit::Story story{base::JobId()};
  std::vector<store::Standing> standings;
  std::vector<store::AttemptRow> attempts;
  std::vector<store::OutputRow> committed;
  std::vector<PublishedFile> published;
  std::vector<HeldLease> leases;
};

/// nullopt: there is no such job (any more).
base::Result<std::optional<JobRecord>> read_job_record(store::Store& store, const base::JobId& job);

}  // namespace mpegflow::engine
