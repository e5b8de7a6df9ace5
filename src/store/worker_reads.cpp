#include "store/worker_reads.h"

#include "store/reads.h"

namespace mpegflow::store {

base::Result<std::optional<OutputRow>> find_output(Store& store, std::string_view object_key) {
  std::optional<OutputRow> found;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("output_by_key", {std::string(object_key)}));
    found.reset();
    if (!rows.empty()) found = to_output(rows.front());
    return {};
  }));
  return found;
}

base::Result<ReadyWork> find_ready_work(Store& store, std::string_view pool, std::int64_t most) {
  ReadyWork work;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows,
                     session.run("count_ready_in_pool", {std::string(pool), most}));
    work = {rows.front().number(0), 0, {}};
    ASSIGN_OR_RETURN(const Rows needing,
                     session.run("count_needing_in_pool", {std::string(pool), most}));
    work.for_some = needing.front().number(0);
    if (work.for_some == 0) return {};
    ASSIGN_OR_RETURN(const Rows able, session.run("able_sessions", {std::string(pool)}));
    for (const Row& row : able) work.able.insert(base::SessionId(row.text(0)));
    return {};
  }));
  return work;
}

}  // namespace mpegflow::store
