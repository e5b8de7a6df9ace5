#pragma once

#include "protocol/worker_protocol.h"

namespace mpegflow::test {

/// Passes every call on; tests override the ones that are to go wrong.
class ProtocolWrapper : public protocol::WorkerProtocol {
 public:
  explicit ProtocolWrapper(protocol::WorkerProtocol& inner) : inner_(inner) {}

  base::Result<protocol::RegisterAnswer> register_session(
      const protocol::RegisterRequest& request) override {
    return inner_.register_session(request);
  }
  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override {
    return inner_.claim(request);
  }
  void end_waiting() override { inner_.end_waiting(); }
  base::Result<protocol::HeartbeatAnswer> heartbeat(
      const protocol::HeartbeatRequest& request) override {
    return inner_.heartbeat(request);
  }
  base::Result<void> stage(const protocol::StageRequest& request) override {
    return inner_.stage(request);
  }
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest& request) override {
    return inner_.commit(request);
  }
  base::Result<protocol::TaskAnswer> report(const protocol::ReportRequest& request) override {
    return inner_.report(request);
  }
  base::Result<protocol::TaskAnswer> released(const protocol::ReleaseRequest& request) override {
    return inner_.released(request);
  }

 protected:
  protocol::WorkerProtocol& inner_;
};

}  // namespace mpegflow::test
