#pragma once

#include <future>
#include <map>
#include <string>
#include <vector>

#include "core/plan/task_params.h"
#include "core/verify/verify_output.h"
#include "process/process.h"
#include "worker/known_probes.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// The inputs that tell how long the outputs of a command are. Those that no task and no run
/// has probed before are probed beside the command's own run, by a thread that ends with this
/// object.
class SourceProbes {
 public:
  /// `files` are the command's inputs as they were staged. Begins at once.
  SourceProbes(const TaskRun& run, const verify::CommandShape& shape,
               const plan::FfmpegParams& params, const std::vector<process::ReadOnlyFile>& files);
  SourceProbes(const SourceProbes&) = delete;
  SourceProbes& operator=(const SourceProbes&) = delete;
  ~SourceProbes();

  /// Waits. By their place in the shape's inputs; what cannot be probed is left out, because an
  /// output is not to blame for it.
  std::map<std::size_t, verify::Source> take();

 private:
  struct Question {
    std::size_t place = 0;
    process::ReadOnlyFile file;
  };

  std::map<std::size_t, verify::Source> ask(const std::vector<Question>& questions);

  process::ProcessRunner& processes_;
  const Encoder& encoder_;
  const KnownProbes probes_;
  const base::Path folder_;
  process::StopSignal stop_;
  std::map<std::size_t, verify::Source> known_;
  std::future<std::map<std::size_t, verify::Source>> asked_;
};

}  // namespace mpegflow::worker
