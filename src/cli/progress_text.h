#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/run_view.h"

namespace mpegflow::cli {

/// "[=====>    ]" in `columns` (at least 3); no fraction gives an empty bar.
std::string make_bar(std::optional<double> fraction, std::size_t columns);

/// "12 s", "3:20", "1:02:05": short, for a live line.
std::string to_short_time(base::Micros duration);

/// One running task in at most `width` columns: key, bar, percent, fps, speed, ETA, or its phase
/// while it does not encode. What does not fit is left out from the right, the bar first shrinks.
std::string format_progress(const protocol::TaskProgress& progress, std::size_t key_columns,
                            base::SteadyTime now, std::size_t width);

/// The same as a plain line: "720p: running 42 %, 118 fps, 3.94x, 12 s left".
std::string describe_progress(const protocol::TaskProgress& progress, base::SteadyTime now);

/// The live block, a line per running task and one for the whole: "4 of 8 tasks done, 2 running, 1
/// backing off". Each at most `width` columns.
std::vector<std::string> make_live_block(const RunSnapshot& snapshot, std::size_t width);

/// A plain line for an event worth telling a person who watches; empty for the rest (leases, tasks
/// that became ready).
std::string tell_event(const store::EventRow& event);

/// {"progress": {...}} of one running task, for the JSON view.
base::json::object to_progress_record(const protocol::TaskProgress& progress, base::SteadyTime now);

/// Screen rows that lines of these widths take on a terminal of `columns`, which may have become
/// narrower since they were written.
std::size_t count_rows(const std::vector<std::size_t>& line_columns, std::size_t columns);

}  // namespace mpegflow::cli
