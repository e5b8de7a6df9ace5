#pragma once

#include "core/retry/finding.h"
#include "core/retry/judge.h"

namespace mpegflow::retry {

/// Exit 0 with a log that admits a loss. Damage is weighed by verify, against the number of frames.
Finding judge_success(const Case& c);
/// The part that was asked for begins behind the end of the input.
bool begins_too_late(const Case& c);

}  // namespace mpegflow::retry
