#pragma once

#include "core/submit/job_spec.h"
#include "core/verify/qc.h"

namespace mpegflow::submit {

/// The rules that a spec states, with which its tasks are planned.
verify::QcRules to_qc_rules(const QcSpec& spec);

}  // namespace mpegflow::submit
