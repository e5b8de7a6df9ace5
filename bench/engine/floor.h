#pragma once

#include <cstdint>

#include "base/file.h"

namespace mpegflow::bench {

/// What bare SQLite (WAL, synchronous=FULL) does in `seconds` when a program without protocol,
/// graph, lanes or audit moves `batch` tasks per commit through submit, claim and complete: three
/// commits a round, one table of tasks with an index on the waiting ones, an event per step after
/// the first. `folded`: submits a thousand a commit, and one commit completes what the consumers
/// hold and claims the next. Task lives per second.
double measure_floor(const base::Path& folder, double seconds, int batch, bool folded);

}  // namespace mpegflow::bench
