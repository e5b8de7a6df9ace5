#pragma once

#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
#include "core/submit/job_spec.h"
#include "store/rows.h"

namespace mpegflow::protocol {

/// The inputs as rows, each looked at: there, a file, readable.
base::Result<std::vector<store::InputRow>> check_inputs(const submit::JobSpec& spec);

/// Where the result will stand, without a slash at its end. Errors: output_unwritable if it cannot,
/// or is an input.
base::Result<base::Path> check_output(const submit::JobSpec& spec);

/// The hidden folder of a job: beside its output, so that publishing is a rename.
base::Path scratch_of(const base::Path& output, const base::JobId& job);

}  // namespace mpegflow::protocol
