#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/file.h"
#include "base/time.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::protocol {

struct ReportSpoolOptions {
  base::Path folder;  ///< kept over restarts of the worker, whose alone it is
  base::Micros keep{std::chrono::hours(24)};
};

/// The protocol of a worker that loses no end of an attempt: what is committed, reported or
/// released is on its disk before it is sent, until the server has said what became of it, also
/// over restarts. A call that the server did not hear is answered at once, as ready; send_again()
/// brings it there later, with its own request id. Any thread.
class ReportSpool final : public WorkerProtocol {
 public:
  /// `inner` and `clock` outlive it.
  ReportSpool(ReportSpoolOptions options, WorkerProtocol& inner, const base::Clock& clock)
      : options_(std::move(options)), inner_(inner), clock_(clock) {}

  base::Result<RegisterAnswer> register_session(const RegisterRequest& request) override {
    return inner_.register_session(request);
  }
  base::Result<std::vector<Assignment>> claim(const ClaimRequest& request) override {
    return inner_.claim(request);
  }
  void end_waiting() override { inner_.end_waiting(); }
  /// Names the claims of what waits here, too: their holder still knows of them.
  base::Result<HeartbeatAnswer> heartbeat(const HeartbeatRequest& request) override;
  base::Result<void> stage(const StageRequest& request) override { return inner_.stage(request); }
  base::Result<TaskAnswer> commit(const CommitRequest& request) override;
  base::Result<TaskAnswer> report(const ReportRequest& request) override;
  base::Result<TaskAnswer> released(const ReleaseRequest& request) override;

  /// Sends what waits, oldest first, until the server does not answer. What is older than a day is
  /// given up.
  base::Result<void> send_again();
  std::size_t count_waiting() const;

 private:
  template <class Request, class Send>
  base::Result<TaskAnswer> send_kept(const std::string& call, const Request& request,
                                     const Send& send);
  base::Result<TaskAnswer> send_letter(const std::string& name, const std::string& text);
  bool take_in_hand(const std::string& name);
  void put_down(const std::string& name);

  ReportSpoolOptions options_;
  WorkerProtocol& inner_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::set<std::string> in_hand_;      ///< being sent by somebody
  std::map<std::string, Claim> late_;  ///< whose end the server has not heard of
};

}  // namespace mpegflow::protocol
