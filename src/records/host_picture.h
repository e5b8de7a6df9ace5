#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/store.h"

namespace mpegflow::records {

/// A host that does work, or that may not.
struct HostPicture {
  std::string name;
  std::vector<store::SessionRow> sessions;  ///< open ones
  std::set<std::string> pools;
  std::int64_t leases = 0;
  bool is_draining = false;  ///< asked of a server; the store does not know of it
  std::vector<store::HostFailureRow> failures;  ///< in a row
  std::optional<store::QuarantineRow> quarantine;
};

/// All hosts with an open session or a quarantine, by name.
base::Result<std::vector<HostPicture>> find_hosts(store::Store& store);

bool is_quarantined(const HostPicture& host, base::WallTime now);
std::optional<base::WallTime> last_seen(const HostPicture& host);
base::json::object to_record(const HostPicture& host, base::WallTime now);

}  // namespace mpegflow::records
