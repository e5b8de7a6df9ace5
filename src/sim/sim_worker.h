#pragma once

#include <string>
#include <vector>

#include "objects/object_store.h"
#include "protocol/worker_protocol.h"
#include "sim/context.h"

namespace mpegflow::sim {

/// Any reason for which an encoder fails.
std::string draw_trouble(Random& random);

/// One worker process: claims a task, works on it, stages, stores and commits its outputs, or
/// reports, or gives back. Each step makes one call. A call without an answer is made again with
/// the same request id. It dies when a call dies.
class SimWorker {
 public:
  SimWorker(Context& context, protocol::WorkerProtocol& protocol, objects::ObjectStore& objects,
            int number);

  /// Makes one call, or none if there is nothing to do yet.
  void step();
  /// When there is something to do again.
  base::SteadyTime next_step() const;

  bool is_alive() const { return is_alive_; }
  bool is_idle() const { return phase_ == Phase::idle; }
  const base::SessionId& session() const { return session_; }
  /// The task under its hands; empty if there is none.
  base::TaskId task() const;
  /// A new process of the same worker, with a session of its own.
  void restart();
  void die() { is_alive_ = false; }
  void pause_until(base::SteadyTime moment) { paused_until_ = moment; }

 private:
  enum class Phase { registering, idle, working, staging, storing, ending };
  enum class Ending { commit, report, release };

  void register_session();
  void claim();
  void begin(const protocol::Assignment& assignment);
  void beat();
  std::string find_trouble(const base::TaskId& task);
  void work();
  void stage();
  void store_outputs();
  void end();
  void finish(const base::Result<protocol::TaskAnswer>& answer);
  protocol::CommitRequest make_commit();
  std::vector<store::InputFacts> find_inputs();
  void drop(std::string_view why);
  /// true: the call had an answer that is final; false: died, or to be made again.
  bool is_final(const base::Error* error);
  base::RequestId make_request();

  Context& context_;
  protocol::WorkerProtocol& protocol_;
  objects::ObjectStore& objects_;
  std::string name_;
  std::string host_;
  std::vector<std::string> pools_ = {"cpu", "deliver"};
  bool is_alive_ = true;
  base::SessionId session_;
  base::SteadyTime paused_until_, next_beat_, next_poll_, done_at_, begun_at_;
  std::string trouble_;  ///< how the encoder ends; empty = well
  Phase phase_ = Phase::registering;
  Ending ending_ = Ending::commit;
  base::RequestId request_;
  protocol::Assignment assignment_;
  std::vector<store::OutputRow> outputs_;
  std::size_t stored_ = 0;
};

}  // namespace mpegflow::sim
