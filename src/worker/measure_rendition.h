#pragma once

#include <string>
#include <vector>

#include "core/verify/decode_plan.h"
#include "core/verify/verify_output.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// Puts the initialisation and the chosen segments of a rendition together to one file of the
/// working folder, and gives its name there. `files`: the initialisation first, then the segments.
base::Result<std::string> join_segments(const TaskRun& run, const std::vector<OutputFile>& files,
                                        verify::Thoroughness thoroughness);

/// Decodes the head, the tail and joints of a rendition, or all of it. Errors: interrupted.
base::Result<verify::DecodedPart> decode_segments(TaskRun& run,
                                                  const std::vector<OutputFile>& files,
                                                  verify::Thoroughness thoroughness);

}  // namespace mpegflow::worker
