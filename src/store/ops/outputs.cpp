#include <algorithm>

#include "base/mutant.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/upkeep_reads.h"

namespace mpegflow::store {

base::Result<DoomOutputs::Answer> run_op(Session& session, const DoomOutputs& op) {
  DoomOutputs::Answer answer;
  const base::Micros grace(MPEGFLOW_MUTANT(gc_without_grace) ? 0 : op.grace_us);
  ASSIGN_OR_RETURN(const auto open, read_open_outputs(session, op.only_job));
  for (const OpenOutput& one : open) {
    const bool is_dead = std::ranges::find(op.dead_sessions, one.session) != op.dead_sessions.end();
    upkeep::OutputFacts facts = to_facts(one, is_dead);
    if (!facts.is_doomed) {
      // The row of the task is locked: whoever commits waits for us, or we see what it did.
      ASSIGN_OR_RETURN(const TaskRow task, load_task(session, one.row.task));
      facts.is_last_claim = task.fence == one.row.fence && task.claim == one.row.claim &&
                            !MPEGFLOW_MUTANT(gc_ignores_holder);
      facts.is_task_over = is_terminal(task.state);
    }
    if (!upkeep::judge_output(facts, session.now(), grace).may_go) continue;
    OutputRow output = one.row;
    if (!facts.is_doomed) {
      ASSIGN_OR_RETURN(const Rows doomed, session.run("doom_output", {output.object_key}));
      if (doomed.empty()) continue;
      output.state = "doomed";
    }
    answer.doomed.push_back(std::move(output));
  }
  return answer;
}

base::Result<ForgetOutput::Answer> run_op(Session& session, const ForgetOutput& op) {
  RETURN_IF_ERROR(session.run("delete_output", {op.object_key}));
  return ForgetOutput::Answer{};
}

}  // namespace mpegflow::store
