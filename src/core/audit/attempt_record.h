#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "core/retry/finding.h"

namespace mpegflow::audit {

/// One output of an attempt, as it was committed.
struct RecordedOutput {
  std::string name;
  std::int64_t size = 0;
  std::string sha256;

  bool operator==(const RecordedOutput&) const = default;
};

/// Everything that is kept of one attempt for ever. Times are microseconds since 1970 by the
/// worker's clock, 0 = not reached.
struct AttemptRecord {
  std::vector<std::string> argv;  ///< redacted
  std::string working_folder;     ///< file URI
  std::string encoder_revision;
  std::vector<std::string> sandbox;  ///< layers that were on
  std::int64_t staged_us = 0, started_us = 0, exited_us = 0, verified_us = 0, uploaded_us = 0,
               committed_us = 0;
  std::int64_t cpu_us = 0, wall_us = 0, peak_anonymous_bytes = 0;
  std::optional<int> exit_code, signal;
  /// itself, stop, deadline, …, or the word of the error that kept it from running; empty while it
  /// runs.
  std::string ended_by;
  std::string stderr_key;         ///< of the log object (zstd), empty if there is none
  std::int64_t stderr_bytes = 0;  ///< uncompressed
  std::optional<retry::Finding> finding;
  std::string verification_level;  ///< exact, structure, none
  base::json::array checks;        ///< name, ok, expected, found
  base::json::array inputs;        ///< key, uri, sha256, size
  std::vector<RecordedOutput> outputs;
  base::json::object machine;  ///< around the run: disk before and after, memory, GPU
  double media_seconds = 0;    ///< of what was made, 0 = no media
};

base::json::object to_json(const AttemptRecord& record);
AttemptRecord parse_attempt_record(const base::json::object& object);

}  // namespace mpegflow::audit
