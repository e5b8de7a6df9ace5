#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/worker_protocol.h"
#include "sim/context.h"
#include "sim/lane_watch.h"
#include "sim/memory_objects.h"
#include "sim/outbox_watch.h"
#include "store/rows.h"
#include "store/store.h"

namespace mpegflow::sim {

/// What the keeper says when it releases the leases of a dead session.
inline constexpr std::string_view kProofOfDeath = "its lock is free";

/// What must hold after every step of a run, whatever happened (I2, I3, I4, I5, I7, I8, I9, I10,
/// I11, I12, I13, I14, I16), and once nothing moves any more (I1, I8, I12). It follows the events
/// of all jobs with a model of its own and compares that with what the tables and the object store
/// hold. The first violation is kept.
class Invariants {
 public:
  /// Where to read; null while no server is up.
  using FindStore = std::function<store::Store*()>;

  Invariants(Context& context, const MemoryObjects& objects, FindStore find_store)
      : context_(context), objects_(objects), find_store_(std::move(find_store)) {}

  void add_job(const base::JobId& job, const std::vector<store::NewTask>& tasks = {});
  std::vector<base::JobId> jobs() const;
  /// What the events say of each task.
  std::vector<queue::TaskState> states() const;
  std::optional<queue::TaskState> find_state(const base::TaskId& task) const;

  /// A call was answered; `error` is null if it was granted. Errors that no fault explains violate.
  /// Without an answer nothing is known but what the events say.
  void saw(const std::string& what, const base::Error* error);
  void saw_heartbeat(const protocol::HeartbeatRequest& request,
                     const base::Result<protocol::HeartbeatAnswer>& answer);
  /// The session was heard, as any of its calls is that names it.
  void saw_session(const base::SessionId& session, bool is_known);
  void saw_stage(const protocol::StageRequest& request, const base::Result<void>& answer);
  /// commit, report or release.
  void saw_end(const std::string& what, const base::RequestId& request, const store::Claim& claim,
               const base::Result<protocol::TaskAnswer>& answer);
  /// Somebody asks, or has been promised, to be told of the job.
  void saw_subscription(const base::JobId& job, const std::set<std::string>& endpoints,
                        bool is_certain) {
    outbox_.subscribed(job, endpoints, is_certain);
  }
  /// Before an object is removed.
  void saw_removal(const std::string& key);

  /// Reads what is new and checks it.
  void check_step();
  /// Whether there are events that no check has read yet.
  bool has_news() { return find_store_() != nullptr && !read_news().empty(); }
  /// The machine has started again: all that was seen must still be there.
  void check_kept();
  /// The events that come were not seen to happen: when they did is not judged.
  void look_at_history() { is_replaying_ = true; }
  /// What a claim has staged is what its rows say, for those who only look at the store.
  void know_staged(const store::OutputRow& output) {
    staged_[output.claim].insert(output.object_key);
  }
  /// No time of before may be compared with one of now: the store's clock began anew.
  void forget_silence() { heard_.clear(); }
  /// Another machine has taken over, and the last commits are lost. What is left must be the
  /// beginning of what was; the model begins anew from it.
  void fail_over();
  /// At quiescence.
  void check_end(const Receiver& receiver);

  void violate(std::string_view invariant, const std::string& what);
  const std::optional<std::string>& violation() const { return violation_; }

 private:
  struct TaskModel {
    queue::TaskState state = queue::TaskState::blocked;
    std::int64_t fence = 0;
    std::optional<store::Claim> open;  ///< the claim whose holder may still end the attempt
    base::SessionId holder;
    int commits = 0;
    std::int64_t failures = 0, lost = 0;  ///< charged since the task's budgets were last reset
    bool has_turn = false;  ///< it waits, if it does, in a turn that its tenant was charged for
  };
  struct JobModel {
    std::int64_t seq = 0;
    std::vector<std::string> hashes;  ///< of all events so far
    std::string last_kind;

    std::string hash() const { return hashes.empty() ? "" : hashes.back(); }
  };

  std::map<base::JobId, std::vector<store::EventRow>> read_news();
  void follow_event(const base::JobId& id, JobModel& job, const store::EventRow& event);
  void follow_task(const store::EventRow& event, const base::json::object& body);
  void follow_claim(TaskModel& task, const store::EventRow& event, const base::json::object& body);
  void follow_charge(TaskModel& task, queue::TaskEvent kind, const base::json::object& body);
  void check_silence(const TaskModel& task, const store::EventRow& event,
                     const base::json::object& body);
  void check_refused_commit(const store::Claim& claim);
  void follow_commit(TaskModel& task, const store::EventRow& event);
  std::optional<store::EventRow> find_event(const base::JobId& job, std::int64_t seq);
  void find_lost_rows();
  void check_tables(const base::JobId& id);
  void check_outputs();
  void check_retries(const base::JobId& id);
  bool is_seen_answer(const std::string& what, const base::RequestId& request,
                      queue::TaskState state);

  Context& context_;
  const MemoryObjects& objects_;
  FindStore find_store_;
  store::Store* store_ = nullptr;  ///< while something is read
  std::map<base::JobId, JobModel> jobs_;
  std::map<base::TaskId, TaskModel> tasks_;
  std::map<base::RequestId, queue::TaskState> answers_;
  std::set<base::RequestId> unknown_;  ///< without an answer at least once
  /// Every claim there ever was, with its session, also those that a failover has lost.
  std::map<std::pair<base::ClaimId, std::pair<base::TaskId, std::int64_t>>, std::string> claims_;
  bool is_replaying_ = false;  ///< job by job, not in the order in which things happened
  std::map<base::SessionId, base::SteadyTime> heard_;
  std::map<base::TaskId, std::vector<base::TaskId>> needs_;  ///< as submitted
  std::set<std::string> lost_rows_;  ///< keys of objects whose rows a failover has lost
  std::map<base::ClaimId, std::set<std::string>> staged_;  ///< object keys by claim
  std::set<std::string> committed_;                        ///< object keys
  LaneWatch lanes_;
  OutboxWatch outbox_;
  std::vector<base::TaskId> granted_;  ///< since the lanes were looked at
  std::optional<std::string> violation_;
};

}  // namespace mpegflow::sim
