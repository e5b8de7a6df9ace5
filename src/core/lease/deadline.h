#pragma once

#include "base/time.h"

namespace mpegflow::lease {

/// A busy loop is not silent, so only time can tell it from work: no attempt runs for longer.
inline constexpr base::Micros kLongestAttempt = std::chrono::hours(24);

/// The wall time that an attempt may take; `timeout` is what the spec asks for, 0 = nothing.
constexpr base::Micros attempt_deadline(base::Micros timeout) {
  return timeout.count() > 0 ? timeout : kLongestAttempt;
}

}  // namespace mpegflow::lease
