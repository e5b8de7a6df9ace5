#pragma once

#include "sim/context.h"
#include "store/store.h"

namespace mpegflow::sim {

/// A submission that can be sent again: by spec, through the engine's use case (a ladder or raw
/// commands, planned and expanded for real), or a graph of any shape.
class SimJob {
 public:
  static SimJob draw(Context& context);

  const base::JobId& id() const { return id_; }
  /// What was asked for, if it was a graph.
  const std::vector<store::NewTask>& tasks() const { return tasks_; }
  base::Result<store::SubmitJob::Answer> submit(store::Store& store) const {
    return submit_(store);
  }

 private:
  using Submit = std::function<base::Result<store::SubmitJob::Answer>(store::Store&)>;
  SimJob(base::JobId id, std::vector<store::NewTask> tasks, Submit submit)
      : id_(std::move(id)), tasks_(std::move(tasks)), submit_(std::move(submit)) {}

  base::JobId id_;
  std::vector<store::NewTask> tasks_;
  Submit submit_;
};

}  // namespace mpegflow::sim
