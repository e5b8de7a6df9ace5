#include "engine/reprocess_dead_letters.h"

#include <algorithm>

namespace mpegflow::engine {
namespace {

void add(ReprocessedLetters& done, const store::ReprocessDeadLetters::Answer& answer) {
  done.tasks += answer.tasks;
  done.waiting += answer.waiting;
  done.refused.insert(done.refused.end(), answer.refused.begin(), answer.refused.end());
  for (const base::JobId& job : answer.jobs)
    if (std::ranges::find(done.jobs, job) == done.jobs.end()) done.jobs.push_back(job);
}

}  // namespace

base::Result<ReprocessedLetters> reprocess_dead_letters(store::Store& store,
                                                        store::ReprocessDeadLetters op) {
  ReprocessedLetters done;
  for (;;) {
    ASSIGN_OR_RETURN(const auto answer, store.execute(op));
    add(done, answer);
    if (!answer.after) return done;
    op.after = *answer.after;
    op.first_due = answer.first_due;
  }
}

base::Result<ReprocessedLetters> reprocess_dead_letter(store::Store& store,
                                                       const store::DeadLetterRow& letter,
                                                       const std::string& why,
                                                       const store::AnotherWay& way) {
  RETURN_IF_ERROR(store.execute(store::ReprocessJob{letter.job, why, letter.task, way}));
  return ReprocessedLetters{1, 0, {}, {letter.job}};
}

}  // namespace mpegflow::engine
