#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "core/queue/task_state.h"
#include "core/retry/finding.h"
#include "protocol/progress_board.h"
#include "store/op.h"

namespace mpegflow::protocol {

using store::Claim;
using EncoderRevision = store::EncoderRevisionRow;

/// What the two sides speak. A change that the other side can do without (a new field) leaves it as
/// it is; one that it cannot raises it, and then both speak the version before for one release.
inline constexpr std::int64_t kProtocol = 1;
inline constexpr std::int64_t kOldestProtocol = 1;

/// An attempt that ended with its worker, and the standard error that was found of it.
struct LostAttempt {
  Claim claim;
  std::string stderr_key;  ///< empty = nothing was found
  std::int64_t stderr_bytes = 0;
};

/// A session of this machine whose process is gone for sure.
struct EndedSession {
  base::SessionId session;
  std::string proof;
  std::vector<LostAttempt> attempts;
};

struct RegisterRequest {
  base::SessionId session;
  std::string host;
  std::string boot_id;
  std::int64_t pid = 0;
  std::string lock_path;  ///< a file that the process keeps locked; empty = none
  EncoderRevision encoder;
  base::json::object facts;
  std::vector<std::string> pools = {"cpu", "deliver"};  ///< that it will claim from
  std::int64_t slots = 1;                               ///< tasks that it can do at once
  std::int64_t protocol = kProtocol;
  std::int64_t oldest_protocol = kOldestProtocol;
  std::vector<EndedSession> ended{};  ///< their leases are released at once
};

/// On what terms the session is kept.
struct RegisterAnswer {
  std::int64_t protocol = kProtocol;  ///< that both speak
  base::Micros session_ttl{0};        ///< silence after which it is taken for dead; 0 = never
  base::Micros heartbeat{0};          ///< how often it is to be heard; 0 = as it likes
  base::Micros orphan_grace{0};  ///< from the end of its own lease until it gives up; 0 = never
};

struct ClaimRequest {
  base::RequestId request;
  base::SessionId session;
  std::vector<std::string> pools = {"cpu", "deliver"};
  base::JobId only_job;  ///< empty = any
  std::int64_t count = 1;
  /// How long the answer may wait for a task to become ready.
  base::Micros wait{0};
  bool is_again = false;  ///< the same was asked before, and no answer came
  std::optional<std::int64_t> free_scratch_bytes{};  ///< on its disk; nullopt: it does not say

  bool operator==(const ClaimRequest&) const = default;
};

/// One input of the job as the task needs to know it.
struct AssignedInput {
  std::string key;
  std::string uri;
  std::string identity;  ///< JSON, as it was at submit
  std::optional<std::string> sha256;
  std::optional<std::string> probe;
  std::string place{};  ///< "JOB/KEY": under which the server gives its bytes
};

/// What a needed task left: its result and its committed outputs.
struct AssignedParent {
  std::string key;
  queue::TaskKind kind = queue::TaskKind::encode;
  std::string result;
  std::vector<store::OutputRow> outputs;
};

/// A task with all that it takes to do it.
struct Assignment {
  Claim claim;
  base::SessionId session;  ///< that holds the claim
  base::JobId job;
  std::string task_key;
  queue::TaskKind kind = queue::TaskKind::probe;
  std::string params;
  std::string scratch_uri;
  base::EncoderRevisionId encoder_revision;
  std::int64_t memory_limit = 0;  ///< bytes, 0 = none
  base::Micros deadline{0};       ///< 0 = none
  std::vector<AssignedInput> inputs;
  std::vector<AssignedParent> parents;
  /// deliver only: everything that the job has committed, what stands at its output by our hand,
  /// and what may stand there because a job was about to put it there when it was last heard of.
  std::vector<store::OutputRow> job_outputs;
  std::vector<store::PublishedRow> published;
  std::vector<store::PublishedRow> publishing;
};

struct HeartbeatRequest {
  base::SessionId session;
  std::vector<store::Heartbeat::Running> running;
  std::vector<TaskProgress> progress{};  ///< of all its tasks; `since` is by the reader's clock
  bool is_partial = false;               ///< the session may hold claims that are not named
  /// The worker ends: the session with it, and leases that are not named are given back.
  bool is_last = false;
  std::optional<queue::Pause> pause{};  ///< why it takes no tasks; nullopt: it does not say
};

/// The standard error of a running attempt that somebody asks for, from where it is not known yet.
struct WantedLog {
  Claim claim;
  std::int64_t from = 0;

  bool operator==(const WantedLog&) const = default;
};

struct HeartbeatAnswer : store::Heartbeat::Answer {
  bool must_drain = false;  ///< it is to finish or give back what it has and to claim no more
  std::vector<WantedLog> wanted_logs{};  ///< of what it runs; until the next answer
};

struct StageRequest {
  Claim claim;
  std::vector<store::OutputRow> outputs;
  std::optional<store::Published> publishing{};
};

struct CommitRequest {
  base::RequestId request;
  Claim claim;
  std::string record;
  std::string result;
  std::vector<std::string> outputs;  ///< object keys: all that were staged under the claim
  std::vector<store::InputFacts> inputs;
  std::optional<store::Published> published;
  std::optional<ClaimRequest> next{};  ///< asked for in the same step; does not wait
};

struct ReportRequest {
  base::RequestId request;
  Claim claim;
  retry::Finding finding;
  std::string record;
  std::vector<store::InputFacts> inputs;
  std::optional<ClaimRequest> next{};
};

struct ReleaseRequest {
  base::RequestId request;
  Claim claim;
  std::string why;
  std::string record;
};

/// What became of the task.
struct TaskAnswer {
  queue::TaskState state = queue::TaskState::ready;
  std::optional<base::WallTime> retry_at;
  std::vector<Assignment> next{};  ///< the answer to `next` of the request
};

/// All that a worker ever says. Twins: in-process, HTTP, the simulator's lossy net. Every
/// call that changes something carries a request id, and the same id gets the same answer, so a
/// call whose reply was lost is simply made again. superseded is an ordinary answer: the claim
/// shown is not the task's any more, and the worker drops what it did. Any thread.
class WorkerProtocol {
 public:
  virtual ~WorkerProtocol() = default;

  /// invalid_argument: the two sides are too far apart, and the message says which is to be
  /// updated.
  virtual base::Result<RegisterAnswer> register_session(const RegisterRequest& request) = 0;
  virtual base::Result<std::vector<Assignment>> claim(const ClaimRequest& request) = 0;
  /// The worker stops: a claim that waits is answered at once, and none waits any more. Nothing to
  /// do where claims do not wait.
  virtual void end_waiting() {}
  virtual base::Result<HeartbeatAnswer> heartbeat(const HeartbeatRequest& request) = 0;
  virtual base::Result<void> stage(const StageRequest& request) = 0;
  virtual base::Result<TaskAnswer> commit(const CommitRequest& request) = 0;
  virtual base::Result<TaskAnswer> report(const ReportRequest& request) = 0;
  virtual base::Result<TaskAnswer> released(const ReleaseRequest& request) = 0;
};

}  // namespace mpegflow::protocol
