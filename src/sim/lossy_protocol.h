#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/worker_protocol.h"
#include "sim/context.h"
#include "sim/machine.h"
#include "sim/network.h"

namespace mpegflow::sim {

class Invariants;

/// One worker's way to the servers: a request or a reply gets lost, a request arrives twice, or
/// late, or both; now and then one direction is cut for a while. It keeps to one server and tries
/// another when it hears nothing. Both sides of every call are crash points of the worker. Every
/// message that arrives is shown to the invariants.
class LossyProtocol final : public protocol::WorkerProtocol {
 public:
  using Servers = std::vector<std::unique_ptr<Server>>;
  LossyProtocol(Context& context, Network& network, Invariants& invariants, Servers& servers)
      : context_(context), network_(network), invariants_(invariants), servers_(servers) {}

  base::Result<protocol::RegisterAnswer> register_session(
      const protocol::RegisterRequest& request) override;
  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override;
  base::Result<protocol::HeartbeatAnswer> heartbeat(
      const protocol::HeartbeatRequest& request) override;
  base::Result<void> stage(const protocol::StageRequest& request) override;
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest& request) override;
  base::Result<protocol::TaskAnswer> report(const protocol::ReportRequest& request) override;
  base::Result<protocol::TaskAnswer> released(const protocol::ReleaseRequest& request) override;

 private:
  template <class T>
  using Deliver = std::function<base::Result<T>(protocol::WorkerProtocol&)>;
  template <class T>
  base::Result<T> pass(const std::string& what, const Deliver<T>& deliver);
  template <class T>
  base::Result<T> send(const std::string& what, const Deliver<T>& deliver);
  template <class T>
  base::Result<T> reach(const std::string& what, std::size_t server, const Deliver<T>& deliver);
  template <class T>
  void send_later(const std::string& what, base::Micros delay, const Deliver<T>& deliver);

  Context& context_;
  Network& network_;
  Invariants& invariants_;
  Servers& servers_;
  std::size_t server_ = 0;
  base::SteadyTime requests_cut_until_, replies_cut_until_;
};

}  // namespace mpegflow::sim
