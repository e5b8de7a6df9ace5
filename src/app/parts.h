#pragma once

#include <memory>
#include <optional>

#include "cli/context.h"
#include "http/curl/curl_client.h"
#include "objects/local/local_object_store.h"
#include "process/local/local_process.h"
#include "store/sqlite/sqlite_store.h"
#include "worker/encoder.h"

namespace mpegflow::app {

/// The concrete parts of one command, made when first asked for. One thread.
class Parts {
 public:
  base::Result<store::Store*> open_store(const cli::Config& config);
  /// The same, for a process that is going to do much with it; before open_store().
  base::Result<store::Store*> open_server_store(const cli::Config& config);
  base::Result<objects::ObjectStore*> open_logs(const cli::Config& config);
  base::Result<engine::LocalState> open_local_state(const cli::Config& config);
  process::ProcessRunner& processes(const cli::Config& config);
  base::Result<const worker::Encoder*> find_encoder(const cli::Config& config,
                                                    const cli::Environment& environment);

  const base::Clock& clock() const { return clock_; }
  base::Entropy& entropy() { return entropy_; }
  http::Client& http() { return http_; }

 private:
  base::Result<store::Store*> open_store(const cli::Config& config, int stock_pages);

  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  http::CurlClient http_;
  std::unique_ptr<process::LocalProcessRunner> processes_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<objects::LocalObjectStore> logs_;
  std::unique_ptr<objects::LocalObjectStore> quarantine_;
  std::optional<worker::Encoder> encoder_;
};

/// The name under which this machine's workers are known.
std::string find_host_name();

}  // namespace mpegflow::app
