#pragma once

#include <vector>

#include "api/protocol_routes.h"
#include "objects/object_store.h"
#include "protocol/in_process.h"

namespace mpegflow::app {

struct FleetDeskOptions {
  protocol::RegisterAnswer terms;
  base::Path incoming;            ///< for bytes under way, of this process alone
  std::vector<base::Path> roots;  ///< inputs below these are given to workers
};

/// What a server leans on; outlives the desk.
struct FleetDeskParts {
  store::Store& store;
  objects::ObjectStore& objects;
  objects::ObjectStore& logs;
  engine::ChangeSignal& changes;
  const base::Clock& clock;
  base::Entropy& entropy;
};

/// On what terms a server keeps the sessions of workers that are to be heard at least every
/// `session_ttl`.
protocol::RegisterAnswer make_terms(base::Micros session_ttl);

/// Everything that serves workers, those inside and those on other machines.
class FleetDesk {
 public:
  FleetDesk(const FleetDeskOptions& options, const FleetDeskParts& parts);

  /// The routes for those on other machines.
  std::vector<http::Route> make_routes();
  protocol::WorkerProtocol& protocol() { return engine_; }
  protocol::ClaimDesk& claims() { return claims_; }
  protocol::ProgressBoard& board() { return board_; }
  api::DrainOrders& drains() { return drains_; }
  api::RunningLogs& running_logs() { return running_logs_; }

 private:
  protocol::InProcessProtocol engine_;
  protocol::ClaimDesk claims_;
  protocol::ProgressBoard board_;
  api::DrainOrders drains_;
  api::RunningLogs running_logs_;
  api::ProtocolParts parts_;
};

}  // namespace mpegflow::app
