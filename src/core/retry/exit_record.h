#pragma once

#include "base/json.h"
#include "core/retry/encoder_exit.h"
#include "core/retry/finding.h"

namespace mpegflow::retry {

/// Puts what `record` tells into `exit`. Written for records of other programs: whatever is
/// missing, null, of another type or unknown is passed over.
///
///     {"tool": "ffmpeg", "ffmpeg_version": "5.1.9", "pinned_ffmpeg_version": "5.1.9",
///      "argv": ["ffmpeg", "-i", "in.mp4", "out.mp4"], "wall_seconds": 4, "cpu_seconds": 3,
///      "cgroup": {"oom_kill": 0, "memory_limit_bytes": null, "memory_peak_bytes": 58568704},
///      "disk": {"scratch_free_bytes": 1, "scratch_total_bytes": 2, "scratch_free_inodes": 3},
///      "stage_in": {"status": "ok", "hash_match": true, "expected_bytes": 1, "actual_bytes": 1},
///      "lease_lost": false, "preempted": false, "cancelled": false, "deadline_exceeded": false,
///      "limits": {"cpu_seconds": 60, "fsize_bytes": 1}, "gpu": {"present": false, "driver": null},
///      "output": {"bytes": 1, "duration_s": 2.0}, "job_scratch_estimate_bytes": 1,
///      "capabilities": {"encoders": ["libx264"]}}
void read_exit_facts(const base::json::object& record, EncoderExit& exit);

/// Exit code and signal as a shell, Python or a container engine tell them: -1 with a signal, 128 +
/// signal, -signal (-2 to -31, only where no signal is told). A signal of 0 is none. A status of
/// Windows (0xC0000005 and its like, with or without a sign) becomes the signal or code that means
/// the same; of any other number the low byte counts.
void read_exit_status(std::optional<std::int64_t> exit_code, std::optional<int> signal,
                      EncoderExit& exit);

/// {"bucket": …, "reason": …, "status": …, "action": null or …, "cause": …, "rule": …,
/// "evidence": [{"line": 3, "text": …}], "classifier": 3}
base::json::object to_json(const Finding& finding);

}  // namespace mpegflow::retry
