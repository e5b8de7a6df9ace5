#pragma once

#include <atomic>
#include <string>

#include "base/time.h"
#include "http/client.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::protocol {

struct HttpProtocolOptions {
  std::string server;  ///< "https://mpegflow.example:8443", without a path
  std::string token;
  /// For an answer that has nothing to wait for.
  base::Micros timeout{std::chrono::seconds(10)};
  /// How long a call that got no answer is made again before that is said; longer for what an
  /// attempt cannot go on without.
  base::Micros patience{std::chrono::seconds(10)};
  base::Micros stage_patience{std::chrono::hours(1)};
  const std::atomic<bool>* stop = nullptr;  ///< true: no call is made again
};

/// The protocol over HTTP. A call whose answer did not come is made again with the same request id,
/// until the patience is over: then store_failed. A heartbeat is not: the next one says more.
class HttpProtocol final : public WorkerProtocol {
 public:
  HttpProtocol(HttpProtocolOptions options, http::Client& client, const base::Clock& clock)
      : options_(std::move(options)), client_(client), clock_(clock) {}

  base::Result<RegisterAnswer> register_session(const RegisterRequest& request) override;
  base::Result<std::vector<Assignment>> claim(const ClaimRequest& request) override;
  void end_waiting() override { is_waiting_over_ = true; }
  base::Result<HeartbeatAnswer> heartbeat(const HeartbeatRequest& request) override;
  base::Result<void> stage(const StageRequest& request) override;
  base::Result<TaskAnswer> commit(const CommitRequest& request) override;
  base::Result<TaskAnswer> report(const ReportRequest& request) override;
  base::Result<TaskAnswer> released(const ReleaseRequest& request) override;

 private:
  base::Result<std::string> post(const std::string& call, std::string body, base::Micros timeout,
                                 const std::atomic<bool>* stop = nullptr);
  base::Result<std::string> insist(const std::string& call, const std::string& body,
                                   base::Micros patience);

  HttpProtocolOptions options_;
  http::Client& client_;
  const base::Clock& clock_;
  std::atomic<bool> is_waiting_over_ = false;
};

}  // namespace mpegflow::protocol
