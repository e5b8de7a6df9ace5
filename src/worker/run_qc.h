#pragma once

#include <string>

#include "core/verify/decode_plan.h"
#include "core/verify/qc.h"
#include "core/verify/verify_output.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// The rules that the task was given; those of nobody if there are none.
verify::QcRules find_qc_rules(const TaskRun& run);

verify::Thoroughness find_thoroughness(const verify::QcRules& rules);

/// Measures what the rules ask of the subject, in one pass of ffmpeg, and adds it to the verdict.
/// `source` is in sight under QcSubject::source. Errors: interrupted.
base::Result<void> apply_qc(TaskRun& run, const verify::QcRules& rules,
                            const verify::QcSubject& subject,
                            const std::vector<process::ReadOnlyFile>& source,
                            verify::Verification& verification);

/// The pictures and the sound of a file that was probed, to be looked at.
verify::QcSubject describe_subject(const probe::Probe& probe, const std::string& inside);

}  // namespace mpegflow::worker
