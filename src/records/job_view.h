#pragma once

#include <string>
#include <utility>
#include <vector>

#include "records/records.h"

namespace mpegflow::records {

/// Everything there is about a job but its events.
struct JobView {
  store::JobRow job;
  std::vector<store::InputRow> inputs;
  std::vector<store::TaskRow> tasks;
  std::vector<std::pair<base::TaskId, base::TaskId>> edges;  ///< (parent, child)
  std::vector<store::AttemptRow> attempts;
  std::vector<store::OutputRow> outputs;  ///< committed
};

/// What was done to picture and sound and why, as the plan put it down.
std::vector<std::string> list_notes(const std::vector<store::TaskRow>& tasks);

base::Result<JobView> read_job_view(store::Store& store, const store::JobRow& job);
base::json::object to_record(const JobView& view);

}  // namespace mpegflow::records
