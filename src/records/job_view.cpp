#include "records/job_view.h"

#include <fmt/format.h>

#include "store/reads.h"

namespace mpegflow::records {
namespace {

/// It ended without success, and the job goes on all the same.
bool is_left_out(const store::TaskRow& task) {
  return task.need != queue::Need::required && is_terminal(task.state) &&
         task.state != queue::TaskState::succeeded && !task.cause.empty();
}

}  // namespace

std::vector<std::string> list_notes(const std::vector<store::TaskRow>& tasks) {
  std::vector<std::string> notes;
  for (const store::TaskRow& task : tasks) {
    const base::json::value params = parse_column(task.params);
    if (!params.is_object()) continue;
    for (const auto& note : base::array_or(params.get_object(), "notes"))
      if (note.is_string()) notes.emplace_back(note.get_string());
  }
  for (const store::TaskRow& task : tasks)
    if (is_left_out(task)) notes.push_back(fmt::format("without {}: {}", task.key, task.cause));
  return notes;
}

base::Result<JobView> read_job_view(store::Store& store, const store::JobRow& job) {
  JobView view;
  view.job = job;
  ASSIGN_OR_RETURN(view.inputs, store::list_inputs(store, job.id));
  ASSIGN_OR_RETURN(view.tasks, store::list_tasks(store, job.id));
  ASSIGN_OR_RETURN(view.edges, store::list_edges(store, job.id));
  ASSIGN_OR_RETURN(view.attempts, store::list_attempts(store, job.id));
  ASSIGN_OR_RETURN(view.outputs, store::list_committed_outputs(store, job.id));
  return view;
}

base::json::object to_record(const JobView& view) {
  base::json::array edges;
  for (const auto& [parent, child] : view.edges)
    edges.push_back(base::json::object{{"parent", parent.value}, {"child", child.value}});
  base::json::array notes;
  for (const std::string& note : list_notes(view.tasks)) notes.emplace_back(note);
  return {{"job", to_record(view.job)},
          {"notes", notes},
          {"inputs", to_records(view.inputs)},
          {"tasks", to_records(view.tasks)},
          {"edges", edges},
          {"attempts", to_records(view.attempts)},
          {"outputs", to_records(view.outputs)}};
}

}  // namespace mpegflow::records
