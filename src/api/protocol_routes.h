#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "api/drain_orders.h"
#include "api/running_logs.h"
#include "base/file.h"
#include "http/router.h"
#include "objects/object_store.h"
#include "protocol/claim_desk.h"
#include "protocol/progress_board.h"
#include "protocol/worker_protocol.h"
#include "store/store.h"

namespace mpegflow::api {

/// What the routes of the workers lean on; outlives them.
struct ProtocolParts {
  protocol::WorkerProtocol& protocol;  ///< into the engine; its claims do not wait
  protocol::ClaimDesk& desk;
  store::Store& store;
  objects::ObjectStore& objects;
  objects::ObjectStore& logs;
  protocol::ProgressBoard& board;  ///< gets what the heartbeats say
  const base::Clock& clock;
  DrainOrders& drains;
  RunningLogs& running_logs;
  base::Path incoming;                  ///< for bytes under way; on the file system of the objects
  std::vector<base::Path> input_roots;  ///< canonical; inputs below these are given to workers
};

/// POST /v1/worker/{register,claim,heartbeat,stage,commit,report,released}: the WorkerProtocol.
/// PUT and GET /v1/worker/objects/KEY, PUT /v1/worker/logs/KEY, PUT /v1/worker/running-logs, GET
/// /v1/worker/inputs/JOB/INPUT: the bytes. All need the scope "worker"; a caller that is bound to
/// pools claims from those alone.
std::vector<http::Route> make_protocol_routes(ProtocolParts& parts, http::Complain complain);

}  // namespace mpegflow::api
