#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "core/submit/job_spec.h"

namespace mpegflow::submit {

/// What makes two runs the same command: if any of it differs, it is a new job.
struct RunIdentity {
  JobSpec spec;  ///< with absolute inputs and output
  base::EncoderRevisionId encoder_revision;
  std::int64_t plan_version = 0;
  std::vector<std::string> input_identities;  ///< device, inode, size, mtime of each, in order

  bool operator==(const RunIdentity&) const = default;
};

/// sha256, hex.
std::string hash_identity(const RunIdentity& identity);

}  // namespace mpegflow::submit
