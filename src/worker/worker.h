#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "worker/log_sender.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

struct WorkerOptions {
  base::SessionId session;
  std::string host;
  std::string boot_id;
  std::string lock_path;  ///< held by this process
  base::JobId only_job;   ///< empty = any
  std::vector<std::string> pools = {"cpu", "deliver"};
  int slots = 1;                                     ///< tasks at once
  base::Micros heartbeat{std::chrono::seconds(15)};  ///< unless the server asks for another
  /// What cannot be reached now is waited for; else that ends the worker.
  bool waits_for_server = false;
  /// Claims nothing while the disk of the attempts has less than this; 0: it is not looked at. A
  /// worker without room fails faster than others work, and would get all there is to do.
  std::int64_t min_free_bytes = 0;
  base::json::object facts;       ///< of this machine
  InputFiles::Fetch fetch_input;  ///< empty = inputs are files of this machine
  LogSender::Send send_log{};     ///< empty = the server reads the logs of attempts where they are
  /// Told of a session before the server is.
  std::function<base::Result<void>(const base::SessionId&)> note_session{};
  std::vector<protocol::EndedSession> ended;  ///< workers before this one that are gone
};

/// The one worker loop: claim, run, commit, next. It has a thread per slot and one that owns the
/// heartbeats; task threads only publish to the board. Where the server judges silence, it keeps a
/// lease of its own (core/lease/self_lease): while it hears nothing, its processes stand still from
/// the end of that lease on.
class Worker {
 public:
  Worker(WorkerOptions options, Services services);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Registers the session and starts the threads.
  base::Result<void> start();

  /// Asks everything to stop: running processes are ended, their claims given back. Any thread.
  void stop();

  /// Claims no more; what runs may end by itself. Any thread.
  void drain();
  bool is_draining() const;
  /// Whether no task runs.
  bool is_idle() const;

  /// The next heartbeat is sent now. Any thread.
  void beat_soon();

  /// Waits for all threads; the first trouble that ended the loop early, if any.
  base::Result<void> join();

  /// The present one; another than that of the options once that one had ended.
  base::SessionId session() const;

  /// true once a slot met an error that the worker cannot go on with.
  bool has_failed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mpegflow::worker
