#include "cli/pool_text.h"

#include "base/text.h"

namespace mpegflow::cli {

std::string show_memory(const store::PoolRow& pool) {
  return pool.memory_per_task_bytes > 0 ? base::to_human_bytes(pool.memory_per_task_bytes) : "-";
}

}  // namespace mpegflow::cli
