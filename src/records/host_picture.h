#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/lanes.h"
#include "store/store.h"

namespace mpegflow::records {

/// A host that does work, or that may not.
struct HostPicture {
  std::string name;
  std::vector<store::SessionRow> sessions;  ///< open ones
  std::set<std::string> pools;
  std::map<std::string, std::vector<std::string>> pools_of;  ///< by session
  std::map<std::string, std::int64_t> leases_of;             ///< by session
  std::int64_t leases = 0;                                   ///< of all of them
  bool is_draining = false;  ///< asked of a server; the store knows once the workers have heard it
  std::vector<store::HostFailureRow> failures;  ///< in a row
  std::vector<store::LimitChange> changes;      ///< who took it out or gave it tasks, newest first
  std::optional<store::QuarantineRow> quarantine;
};

/// All hosts with an open session or a quarantine, by name.
base::Result<std::vector<HostPicture>> find_hosts(store::Store& store);

/// The host that `word` names: its name, or the id of one of its workers, or the start of one.
/// Errors: not_found, invalid_argument when workers of several hosts start so.
base::Result<HostPicture> find_named_host(const std::vector<HostPicture>& hosts,
                                          const std::string& word);

/// Its name; a word that names none of them is taken for the name of one that is away.
base::Result<std::string> name_host(const std::vector<HostPicture>& hosts, const std::string& word);

bool is_quarantined(const HostPicture& host, base::WallTime now);
/// Why it gets no tasks: "quarantined", "draining", "disk_full"; "" if it gets some. Of several
/// workers one that goes on is enough for that, if it serves a pool of the one that does not: the
/// publisher of a server is no help to a worker beside it whose disk is full.
std::string find_idle_reason(const HostPicture& host, base::WallTime now);
std::optional<base::WallTime> last_seen(const HostPicture& host);
base::json::object to_record(const HostPicture& host, base::WallTime now);

}  // namespace mpegflow::records
