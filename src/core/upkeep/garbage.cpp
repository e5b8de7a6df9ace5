#include "core/upkeep/garbage.h"

#include <algorithm>

namespace mpegflow::upkeep {
namespace {

using queue::DeliveryState;
using queue::JobState;

Judgement go(std::string why) {
  return {true, std::move(why), {}};
}

Judgement keep(std::string why, std::optional<base::WallTime> until = std::nullopt) {
  return {false, std::move(why), until};
}

}  // namespace

Judgement judge_output(const OutputFacts& output, base::WallTime now, base::Micros grace) {
  if (!output.is_doomed && output.is_last_claim && !output.is_task_over)
    return keep("its attempt may still commit it");
  if (output.is_writer_gone) return go("its attempt cannot commit and its worker is dead");
  const base::WallTime last_heard = std::max(output.staged, output.ended.value_or(output.staged));
  if (now - last_heard < grace)
    return keep("its attempt cannot commit, but a worker that nobody hears may still write it",
                last_heard + grace);
  return go("its attempt cannot commit and was last heard of longer ago than the grace");
}

ResultPlace find_result(const queue::JobStanding& job) {
  switch (job.state) {
    case JobState::failed_input:
    case JobState::failed_spec:
    case JobState::cancelled: return ResultPlace::nowhere;
    case JobState::succeeded:
    case JobState::partial:
      return job.delivery == DeliveryState::delivered ? ResultPlace::target : ResultPlace::objects;
    default: return ResultPlace::objects;
  }
}

ScratchNeed find_scratch_need(const ScratchFacts& scratch) {
  if (scratch.is_held) return ScratchNeed::everything;
  if (find_result(scratch.job) != ResultPlace::objects) return ScratchNeed::nothing;
  const bool is_over = queue::is_terminal(scratch.job.state);
  return is_over && scratch.committed_outputs == 0 ? ScratchNeed::nothing : ScratchNeed::objects;
}

Judgement judge_orphan(std::optional<base::WallTime> first_seen, base::WallTime now,
                       base::Micros grace) {
  if (!first_seen) return keep("no row speaks of it; it is noted from now on");
  if (now - *first_seen < grace) return keep("no row speaks of it", *first_seen + grace);
  return go("no row has spoken of it since it was noted, longer ago than the grace");
}

Judgement judge_history(const HistoryFacts& job, base::WallTime now,
                        std::optional<base::Micros> keep_for) {
  if (!keep_for) return keep("history is kept for ever");
  if (!queue::is_terminal(job.job.state) || !job.finished) return keep("the job is not over");
  if (job.job.delivery == DeliveryState::pending || job.has_open_deliveries)
    return keep("its delivery is pending");
  if (job.has_leases) return keep("a worker may still hold a task of it");
  if (now - *job.finished < *keep_for)
    return keep("finished more recently than retention says", *job.finished + *keep_for);
  if (job.has_open_outputs) return keep("outputs of its attempts wait to be collected");
  return go("finished longer ago than retention says");
}

}  // namespace mpegflow::upkeep
