#pragma once

#include <atomic>

#include "base/ids.h"
#include "engine/attempt.h"
#include "engine/change_signal.h"
#include "protocol/worker_protocol.h"
#include "store/store.h"

namespace mpegflow::protocol {

/// The protocol as plain calls into the engine of the same process. All references outlive it.
class InProcessProtocol final : public WorkerProtocol {
 public:
  InProcessProtocol(store::Store& store, engine::ChangeSignal& changes, base::Entropy& entropy,
                    RegisterAnswer terms = {})
      : store_(store), changes_(changes), entropy_(entropy), terms_(terms) {}

  base::Result<RegisterAnswer> register_session(const RegisterRequest& request) override;
  base::Result<std::vector<Assignment>> claim(const ClaimRequest& request) override;
  void end_waiting() override;
  base::Result<HeartbeatAnswer> heartbeat(const HeartbeatRequest& request) override;
  base::Result<void> stage(const StageRequest& request) override;
  base::Result<TaskAnswer> commit(const CommitRequest& request) override;
  base::Result<TaskAnswer> report(const ReportRequest& request) override;
  base::Result<TaskAnswer> released(const ReleaseRequest& request) override;

 private:
  base::Result<std::vector<Assignment>> describe_all(
      const base::SessionId& session, const std::vector<store::ClaimTasks::Granted>& granted);
  base::Result<TaskAnswer> to_answer(const engine::Settled& settled,
                                     const std::optional<ClaimRequest>& next);

  store::Store& store_;
  engine::ChangeSignal& changes_;
  base::Entropy& entropy_;
  const RegisterAnswer terms_;
  std::atomic<bool> is_waiting_over_ = false;
};

}  // namespace mpegflow::protocol
