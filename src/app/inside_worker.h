#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/local_worker.h"
#include "protocol/claim_desk.h"
#include "worker/worker.h"

namespace mpegflow::app {

struct InsideWorkerOptions {
  std::string lock_path;           ///< held by this process
  std::vector<std::string> pools;  ///< that it serves
  int slots = 1;
};

/// What it leans on beside the parts of every local worker; outlives it.
struct InsideWorkerParts {
  const LocalParts& local;
  protocol::WorkerProtocol& protocol;  ///< into the engine
  protocol::ClaimDesk& desk;
  objects::ObjectStore& objects;
  protocol::ProgressBoard& board;
  std::function<void(const base::JobId&)> on_job;  ///< told of the job of each task that it gets
};

/// The worker inside a server: the worker loop on the engine of the same process, for all jobs.
/// Attempts work in the hidden folders of their jobs.
class InsideWorker {
 public:
  InsideWorker(InsideWorkerOptions options, const InsideWorkerParts& parts);
  ~InsideWorker();
  InsideWorker(const InsideWorker&) = delete;
  InsideWorker& operator=(const InsideWorker&) = delete;

  /// Begins it if it has not begun or has failed: cleans up after a server before this one, tries
  /// what this machine can encode, then works. After trouble it is tried again, at longer and
  /// longer intervals. Always the same thread.
  void tend();
  /// What keeps it from beginning; empty if nothing does. Any thread.
  std::string trouble() const;
  /// It does not begin any more. Any thread.
  void give_up() { is_given_up_ = true; }
  /// Asks for every claim now. Any thread while it is not being begun anew.
  void beat_soon();
  /// Ends running processes and gives their claims back; waits until all is quiet.
  void stop();

 private:
  class Desk;

  base::Result<void> start();
  base::Result<void> recover();
  base::Result<void> begin();
  void end();

  InsideWorkerOptions options_;
  InsideWorkerParts parts_;
  mutable std::mutex mutex_;
  std::string trouble_;
  std::atomic<bool> is_given_up_ = false;
  base::SteadyTime next_try_;
  base::Micros pause_{0};
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<worker::Worker> worker_;
};

}  // namespace mpegflow::app
