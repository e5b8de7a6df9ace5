#include "store/ops/holder.h"

namespace mpegflow::store {

base::Result<const Holder*> find_holder(Session& session, const base::SessionId& id) {
  auto& holders = session.work().holders;
  if (const auto known = holders.find(id); known != holders.end()) return &known->second;
  ASSIGN_OR_RETURN(const Rows rows, session.run("holder_by_id", {id.value}));
  if (rows.empty()) return nullptr;
  Holder holder{rows.front().text(0),
                base::EncoderRevisionId(rows.front().text(1)),
                {},
                rows.front().number(2)};
  ASSIGN_OR_RETURN(const Rows pools, session.run("pools_of_session", {id.value}));
  for (const Row& pool : pools) holder.pools.push_back(pool.text(0));
  return &holders.emplace(id, std::move(holder)).first->second;
}

void forget_holder(Session& session, const base::SessionId& id) {
  session.work().holders.erase(id);
}

}  // namespace mpegflow::store
