#pragma once

#include <memory>

#include "base/ids.h"
#include "cli/local_worker.h"
#include "core/retry/user_rules.h"
#include "http/client.h"
#include "objects/object_store.h"
#include "process/process.h"
#include "store/store.h"
#include "worker/encoder.h"

namespace mpegflow::app {

/// What a local worker leans on; outlives it.
struct LocalParts {
  store::Store& store;
  objects::ObjectStore& logs;
  process::ProcessRunner& processes;
  const base::Clock& clock;
  base::Entropy& entropy;
  const worker::Encoder& encoder;
  http::Client& http;
  std::vector<retry::UserRule> rules = {};  ///< of the user, for logs
};

std::unique_ptr<cli::LocalWorker> make_local_worker(const LocalParts& parts,
                                                    const cli::WorkOrder& order);

}  // namespace mpegflow::app
