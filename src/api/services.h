#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/time.h"
#include "core/submit/retry_policies.h"
#include "engine/change_signal.h"
#include "objects/object_store.h"
#include "protocol/progress_board.h"
#include "store/store.h"

namespace mpegflow::api {

class DrainOrders;
class Metrics;
class RunningLogs;

/// What the API leans on; all of it outlives the API.
struct Services {
  store::Store& store;
  objects::ObjectStore& logs;
  engine::ChangeSignal& changes;
  const base::Clock& clock;
  base::Entropy& entropy;  ///< any thread
  Metrics& metrics;
  /// The encoder revision that new jobs are for.
  std::function<base::Result<base::EncoderRevisionId>()> find_revision;
  /// What runs now, as far as this process knows. May be empty.
  std::function<std::vector<protocol::TaskProgress>()> list_progress;
  /// Whether the server can do its work; an error says why not.
  std::function<base::Result<void>()> check_ready;
  /// Who is told of what becomes of jobs (store::SetSubscriptions).
  std::vector<std::string> alert_endpoints;
  /// Folders that clients on the network may name inputs and outputs in; those on the local socket
  /// may name any path, for they are this user.
  std::vector<base::Path> roots;
  /// What is set for the retries of tenants.
  submit::RetryPolicies retry_policies;
  DrainOrders* drains = nullptr;        ///< of workers elsewhere; none where there can be none
  RunningLogs* running_logs = nullptr;  ///< of attempts elsewhere; the same
  std::string own_lock_path{};          ///< of the session of the worker inside
};

}  // namespace mpegflow::api
