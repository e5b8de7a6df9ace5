#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "core/submit/job_spec.h"
#include "store/store.h"

namespace mpegflow::engine {

/// A checked spec on its way into the store.
struct Submission {
  submit::JobSpec spec;
  std::string spec_text;       ///< as the user sent it
  base::json::object command;  ///< argv and working folder, redacted
  std::string identity;        ///< sha256 of what makes two runs the same command
  std::string scratch_uri;
  base::EncoderRevisionId encoder_revision;
  std::vector<store::InputRow> inputs;
  base::JobId takes_key_of{};  ///< the job that may have the spec's idempotency key, empty = none
  std::string tenant = "local";
  /// Raw commands only where FFmpeg is in a sandbox: who sends them is not who runs the worker.
  bool isolates_raw_tasks = false;
};

/// Inserts the job with its static tasks in one step. `id` is made by the caller (make_id), so that
/// a submission whose answer was lost can be sent again.
base::Result<store::SubmitJob::Answer> submit(store::Store& store, const base::JobId& id,
                                              const Submission& submission);

}  // namespace mpegflow::engine
