#pragma once

#include <optional>
#include <string>

#include "base/file.h"
#include "cli/context.h"
#include "cli/run_options.h"
#include "core/submit/job_spec.h"
#include "store/store.h"

namespace mpegflow::cli {

/// The job that a run works on: a new one, or the one that the same command made before.
struct RunJob {
  base::JobId id;
  base::Path scratch;  ///< hidden folder beside the output
  std::string lock_path;
  base::UniqueFd lock;  ///< held while this process works on the job
  store::EncoderRevisionRow encoder;
  /// It has succeeded before and its outputs are as they were left: nothing is to do.
  bool is_done = false;
  /// What was found of an earlier run, for the user; empty for a new job.
  std::string news;
};

/// Reads the spec (or makes it from the ladder), looks at inputs and output, finds the job that the
/// same command made before or submits a new one, and takes its lock. Errors: invalid_spec,
/// input_not_found, input_forbidden, input_invalid, output_unwritable, ffmpeg_missing, disk_full,
/// state_…, already_running (the message names the pid).
base::Result<RunJob> find_or_submit_job(const RunOptions& options, Context& context,
                                        store::Store& store);

}  // namespace mpegflow::cli
