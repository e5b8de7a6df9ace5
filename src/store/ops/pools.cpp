#include <fmt/format.h>

#include "store/ops/needs.h"
#include "store/ops/ops_internal.h"

namespace mpegflow::store {

base::Result<SetPool::Answer> run_op(Session& session, const SetPool& op) {
  const PoolRow& pool = op.pool;
  RETURN_IF_ERROR(session.run(
      "set_pool", {pool.name, pool.memory_per_task_bytes, pool.next_pool, pool.description}));
  RETURN_IF_ERROR(release_met(session));
  return SetPool::Answer{};
}

}  // namespace mpegflow::store
