#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "store/rows.h"

namespace mpegflow::cli {

/// Everything the table of a job's tasks is made of.
struct JobPicture {
  store::JobRow job;
  std::vector<store::TaskRow> tasks;
  std::vector<store::AttemptRow> attempts;
};

/// What one task cost and gave. Wall and CPU time are of all its attempts; the rest is of the one
/// that succeeded.
struct TaskCost {
  std::int64_t wall_us = 0, cpu_us = 0;
  double speed = 0;  ///< media seconds per second of wall time, 0 = no media
  std::int64_t bytes = 0;
  std::size_t outputs = 0;
  /// Of the only output; of the list "SHA256  NAME\n", sorted by name, of several; else empty.
  std::string sha256;
};
TaskCost sum_up(const store::TaskRow& task, std::span<const store::AttemptRow> attempts);

/// One row per task and a total; `width` 0 = as wide as it needs.
std::string make_task_table(const JobPicture& picture, std::size_t width);

/// For each task that did not succeed for a reason of its own: the cause, and the lines of stderr
/// that show it; at the end what to do about it.
std::string explain_failures(const JobPicture& picture);

/// The end of `run`: the table, the notes, the reasons, then the lines that say what to do next.
std::string make_final_report(const JobPicture& picture, const std::vector<std::string>& next,
                              std::size_t width);

}  // namespace mpegflow::cli
