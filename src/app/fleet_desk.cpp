#include "app/fleet_desk.h"

#include <algorithm>
#include <filesystem>

#include "api/problem.h"
#include "base/log.h"
#include "base/text.h"

namespace mpegflow::app {
namespace {

// Longer than most outages, shorter than anybody waits for a task that nobody else has taken.
constexpr base::Micros kOrphanGrace = std::chrono::minutes(15);
// So many heartbeats may be lost before a worker is taken for lost.
constexpr int kBeatsInTtl = 6;
// Who reads a log as it grows asks again long before this is over.
constexpr base::Micros kLogPatience = std::chrono::minutes(1);

/// With links followed: what counts is where the bytes are.
std::vector<base::Path> resolve(const std::vector<base::Path>& roots) {
  std::vector<base::Path> resolved;
  for (const base::Path& root : roots) {
    std::error_code error;
    const base::Path path = std::filesystem::canonical(root, error);
    if (!error) resolved.push_back(path);
    else
      base::log(base::LogLevel::warn, "root_not_found",
                {{"root", base::to_printable(root.native())}, {"what", error.message()}});
  }
  return resolved;
}

}  // namespace

protocol::RegisterAnswer make_terms(base::Micros session_ttl) {
  protocol::RegisterAnswer terms;
  terms.session_ttl = session_ttl;
  terms.heartbeat = session_ttl / kBeatsInTtl;
  terms.orphan_grace = kOrphanGrace;
  return terms;
}

FleetDesk::FleetDesk(const FleetDeskOptions& options, const FleetDeskParts& parts)
    : engine_(parts.store, parts.changes, parts.entropy, options.terms),
      claims_(engine_, parts.store, parts.changes, parts.clock),
      running_logs_(options.incoming / "running-logs",
                    std::max<base::Micros>(kLogPatience, 2 * options.terms.heartbeat), parts.clock),
      parts_{engine_,       claims_,          parts.store,           parts.objects,
             parts.logs,    board_,           parts.clock,           drains_,
             running_logs_, options.incoming, resolve(options.roots)} {}

std::vector<http::Route> FleetDesk::make_routes() {
  return api::make_protocol_routes(parts_, [](int status, const base::Error& error) {
    return api::make_problem(error, status);
  });
}

}  // namespace mpegflow::app
