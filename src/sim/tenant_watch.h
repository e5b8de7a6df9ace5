#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "store/store.h"

namespace mpegflow::sim {

/// I10, for tenants: a task whose turn it is by the lane's virtual time is passed by at most one
/// new task of each other tenant, however many those have waiting, so that it is claimed within as
/// many claims of its lane as there are tenants. Tasks that come back (a retry, a lease given back)
/// have paid for their place and do not count; nor does a lane in which something waits over a cap,
/// until it has run empty: who is let in enters at the lane's present.
class TenantWatch {
 public:
  struct Lane {
    std::string pool, name;
    std::int64_t ready = 0, parked = 0;
  };

  /// `granted` since the last look, in any lane. Says what is wrong, or nothing.
  base::Result<std::optional<std::string>> look(store::Session& session, const Lane& lane,
                                                std::span<const store::TaskRow> granted);

 private:
  struct Waiting {
    std::string tenant;
    std::map<std::string, int> passed;  ///< how often, by tenant
  };
  struct Queue {
    bool is_settled = true;
    std::map<base::TaskId, Waiting> waiting;
  };

  base::Result<std::string> tenant_of(store::Session& session, const base::JobId& job);
  base::Result<void> see_who_waits(store::Session& session, const Lane& lane, Queue& queue);

  std::map<std::pair<std::string, std::string>, Queue> queues_;  ///< by pool and lane
  std::map<base::JobId, std::string> tenants_;
};

}  // namespace mpegflow::sim
