#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "e2e/support/workspace.h"
#include "engine/change_signal.h"
#include "keeper/keeper.h"
#include "objects/local/local_object_store.h"
#include "process/local/local_process.h"
#include "protocol/in_process.h"
#include "store/sqlite/sqlite_store.h"
#include "worker/worker.h"

namespace mpegflow::e2e {

/// The FFmpeg that tools/make_second_ffmpeg unpacks; empty if it is not there.
base::Path find_second_ffmpeg();

/// The real engine with workers of several kinds on one machine, on the state directory of a
/// Workspace: pools are names. Everything is real but that the workers share the process.
class SmallFleet {
 public:
  explicit SmallFleet(const Workspace& place);
  ~SmallFleet();
  SmallFleet(const SmallFleet&) = delete;
  SmallFleet& operator=(const SmallFleet&) = delete;

  /// `ffmpeg`: a path; empty = that of this machine. Gives the revision of what it found.
  base::EncoderRevisionId add_worker(
      const std::string& pool, const base::Path& ffmpeg = {},
      std::chrono::microseconds no_progress = std::chrono::minutes(5));
  void set_pool(const std::string& name, std::int64_t memory, const std::string& next);
  /// `spec`: YAML with paths relative to the workspace; `revision`: what the job is made for.
  void submit(const std::string& spec, const base::EncoderRevisionId& revision = {});
  /// Until the job is over, or a task is held.
  void run();
  /// Until `seen` says yes; the test fails after a minute.
  void wait_until(const std::function<bool()>& seen);

  std::string job_state();
  store::TaskRow task(const std::string& key);
  /// Of each attempt, in order.
  std::vector<audit::AttemptRecord> records(const std::string& key);
  /// What `mpegflow job events` says.
  std::string story() const;
  const base::JobId& job() const { return job_; }
  void beat_soon();

 private:
  struct Member {
    worker::Encoder encoder;
    std::unique_ptr<worker::Worker> worker;
  };

  const Workspace& place_;
  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  engine::ChangeSignal changes_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<protocol::InProcessProtocol> protocol_;
  objects::LocalObjectStore objects_, logs_;
  process::LocalProcessRunner processes_;
  protocol::ProgressBoard board_;
  keeper::Keeper keeper_;
  std::vector<std::unique_ptr<Member>> members_;
  base::JobId job_;
};

}  // namespace mpegflow::e2e
