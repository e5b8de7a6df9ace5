#include "engine/reprocess_job.h"

#include <fmt/format.h>

#include "core/upkeep/garbage.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::engine {

base::Result<store::ReprocessJob::Answer> reprocess_job(store::Store& store,
                                                        store::ReprocessJob op) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, op.job));
  if (job && job->state != to_word(queue::JobState::succeeded)) {
    ASSIGN_OR_RETURN(const auto outputs, store::list_committed_outputs(store, op.job));
    const auto place = upkeep::find_result(store::standing_of(*job));
    if (place != upkeep::ResultPlace::objects && !outputs.empty())
      return base::fail(
          base::ErrorCode::illegal_transition,
          fmt::format("job {} is {}, and what its other tasks had made is {}: it "
                      "cannot be gone on with; submit it again (mpegflow run --again)",
                      op.job.value, job->state,
                      place == upkeep::ResultPlace::target ? "published" : "removed"));
  }
  return store.execute(std::move(op));
}

}  // namespace mpegflow::engine
