#include "engine/collect.h"

namespace mpegflow::engine {

base::Result<std::int64_t> collect_garbage(store::Store& store, objects::ObjectStore& objects,
                                           const base::JobId& only_job) {
  ASSIGN_OR_RETURN(const auto answer, store.execute(store::DoomOutputs{only_job}));
  for (const store::OutputRow& output : answer.doomed) {
    RETURN_IF_ERROR(objects.remove(output.object_key));
    RETURN_IF_ERROR(store.execute(store::ForgetOutput{output.object_key}));
  }
  return static_cast<std::int64_t>(answer.doomed.size());
}

}  // namespace mpegflow::engine
