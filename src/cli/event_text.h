#pragma once

#include <string>

#include "base/time.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// What an event says beside its kind, in a few plain words: "leased → succeeded",
/// "killed_by_signal: …; next try in 4.00 s". Printable, one line.
std::string describe_event(const store::EventRow& event);

/// One line: seconds since `start`, the task (or "job"), the attempt, the kind, the description.
std::string format_event(const store::EventRow& event, base::WallTime start);

}  // namespace mpegflow::cli
