#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "core/queue/job_state.h"

namespace mpegflow::upkeep {

/// Longer than the orphan grace of a worker plus the time in which it repeats its last report:
/// after it nobody writes, and nobody asks for the answer to an old request.
inline constexpr base::Micros kDefaultGrace = std::chrono::hours(48);

/// What may be collected, and why or why not yet, in words for people.
struct Judgement {
  bool may_go = false;
  std::string why;
  std::optional<base::WallTime> kept_until;  ///< goes by itself then

  bool operator==(const Judgement&) const = default;
};

/// What the store knows of an output that is not committed, and of its attempt.
struct OutputFacts {
  bool is_doomed = false;
  bool is_last_claim = false;   ///< its claim is the last one of its task
  bool is_task_over = false;    ///< the task is in a terminal state
  bool is_writer_gone = false;  ///< the session of the attempt is dead for sure
  base::WallTime staged;
  std::optional<base::WallTime> ended;  ///< of the attempt
};

/// Outputs that may still be committed stay. What nobody can commit goes at once if its writer is
/// dead for sure; else only after the grace, since a worker that nobody hears may still write, and
/// what an object store was sent may arrive late.
Judgement judge_output(const OutputFacts& output, base::WallTime now, base::Micros grace);

/// Where the result of a job stands.
enum class ResultPlace {
  objects,  ///< the committed outputs are objects, still to be published or gone on with
  target,   ///< published: the files at the output are the result
  nowhere,  ///< nothing of it is wanted any more
};
ResultPlace find_result(const queue::JobStanding& job);

/// What of a job's hidden folder is needed.
enum class ScratchNeed { everything, objects, nothing };
struct ScratchFacts {
  queue::JobStanding job;
  std::int64_t committed_outputs = 0;
  bool is_held = false;  ///< a live process works on the job, or may
};
ScratchNeed find_scratch_need(const ScratchFacts& scratch);

/// A file without any row: after a database was restored or failed over it may be somebody's
/// result, so it is kept for the grace from when it was first noted.
Judgement judge_orphan(std::optional<base::WallTime> first_seen, base::WallTime now,
                       base::Micros grace);

/// Whether a job is over for so long that it is forgotten whole (`keep` nullopt = never).
struct HistoryFacts {
  queue::JobStanding job;
  std::optional<base::WallTime> finished;
  bool has_leases = false;
  bool has_open_outputs = false;  ///< staged or doomed ones
  bool has_open_deliveries = false;
};
Judgement judge_history(const HistoryFacts& job, base::WallTime now,
                        std::optional<base::Micros> keep);

}  // namespace mpegflow::upkeep
