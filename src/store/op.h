#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "core/queue/job_state.h"
#include "core/queue/pause.h"
#include "core/queue/task_state.h"
#include "core/retry/finding.h"
#include "store/rows.h"

namespace mpegflow::store {

/// The right to work on a task. Every worker's write shows it; if any part differs from the task's
/// row the answer is superseded and nothing is changed.
struct Claim {
  base::TaskId task;
  std::int64_t fence = 0;
  base::ClaimId id;

  bool operator==(const Claim&) const = default;
};

/// A task to be inserted; `needs` are tasks of the same job, inserted before or with it.
struct NewTask {
  base::TaskId id;
  std::string key;
  queue::TaskKind kind = queue::TaskKind::probe;
  std::int64_t position = 0;
  std::string pool = "cpu";
  std::string group_key;
  std::int64_t expected_cpu_us = 0;
  std::int64_t expected_bytes = 0;
  std::string params = "{}";
  std::string policy = "{}";
  std::string requirements = {};  ///< of its worker (core/queue/requirements.h)
  std::int64_t memory_bytes = 0;  ///< that its job allows it, 0 = whatever there is
  std::vector<base::TaskId> needs;
  queue::Need need = queue::Need::required;

  bool operator==(const NewTask&) const = default;
};

// ---- the ops: one value = one atomic step -----------------------------------------------------

/// When and where the tasks of a job wait, if not from now on and in their lane alone.
struct Schedule {
  std::optional<base::WallTime> start;  ///< none begins before
  base::Micros start_in{0};             ///< the same, from the submit on
  base::Micros hop_after{0};  ///< a task that waited longer changes its queue once; 0 = never
  std::string hop_lane;       ///< empty = the same
  std::string hop_pool;

  bool is_empty() const { return !start && start_in.count() == 0 && hop_after.count() == 0; }
};

/// Inserts a job, its inputs and its static tasks. The same idempotency key of the same tenant
/// gives the job that has it already, unless that is `takes_key_of`: then the key is the new job's
/// from now on, and the story of the old one says so.
struct SubmitJob {
  struct Answer {
    base::JobId job;
    bool existed = false;
  };
  JobRow job;
  std::optional<std::string> idempotency_key;
  base::JobId takes_key_of;  ///< empty = of none
  std::vector<InputRow> inputs;
  std::vector<NewTask> tasks;
  Schedule schedule;
};

struct RegisterSession {
  struct Answer {};
  SessionRow session;
  std::optional<EncoderRevisionRow> encoder_revision;
  std::vector<std::string> pools;  ///< that it serves
  std::int64_t slots = 0;          ///< tasks that it can do at once
};

/// The session ends orderly; its leases must have been released or reported before.
struct EndSession {
  struct Answer {};
  base::SessionId session;
};

/// Gives up to `count` tasks that can run now to the session, each with a fence one higher than any
/// before it for that task. Claim ids are derived from `request`, so a repeated request gives the
/// same claims again as long as they stand. What does not fit there beside what it has, by memory
/// and by disk (core/queue/room.h), is not given, unless it is for `only_job`.
struct ClaimTasks {
  struct Granted {
    Claim claim;
    TaskRow task;
    std::vector<TaskRow> parents;
  };
  struct Answer {
    std::vector<Granted> granted;
  };
  base::RequestId request;
  base::SessionId session;
  std::vector<std::string> pools;
  base::JobId only_job;  ///< empty = any
  std::int64_t count = 1;
  std::optional<std::int64_t> free_scratch_bytes{};  ///< on the disk of the worker, if it says
};

/// One message for all tasks of a session. Claims that no longer stand are named in the answer; so
/// are those whose lease ran out but that nobody has taken over: their holders may still finish. A
/// lease that `running` does not name and that was granted longer than `unknown_grace_us` ago is
/// given back (0 = none is): its claim was answered to nobody, for a request that arrived late.
struct Heartbeat {
  struct Running {
    Claim claim;
    std::optional<std::string> record;  ///< the attempt's record so far, when it has news
  };
  struct Answer {
    bool session_known = true;
    std::vector<Claim> superseded;
    std::vector<Claim> cancelling;
    std::vector<Claim> expired;
  };
  base::SessionId session;
  std::vector<Running> running;
  std::int64_t unknown_grace_us = 0;
  std::optional<queue::Pause> pause{};  ///< why it takes no tasks; nullopt: it does not say
};

/// What stands at an output by the hand of a deliver task.
struct Published {
  std::string target_uri;
  std::vector<PublishedRow> files;
};

/// Writes down what is about to be made, before it is: the rows of outputs before their first byte
/// is stored, the files of a tree before it is put in place whole.
struct StageOutputs {
  struct Answer {};
  Claim claim;
  std::vector<OutputRow> outputs;         ///< task, fence and claim are taken from `claim`
  std::optional<Published> publishing{};  ///< takes the place of what the job meant before
};

/// Facts about an input that only a worker could find.
struct InputFacts {
  std::string key;
  std::optional<std::string> sha256;
  std::optional<std::string> probe;
};

/// The attempt becomes the task's result: outputs staged → committed, children counted down, tasks
/// that the plan grew are inserted, all in one step, at most once per task. Outputs that are not
/// staged any more (given up for collection, or lost in a failover) make it superseded.
struct CommitAttempt {
  struct Answer {
    queue::TaskState state = queue::TaskState::succeeded;
  };
  base::RequestId request;
  Claim claim;
  std::string record;
  std::string result;
  std::vector<std::string> outputs;  ///< object keys: all that were staged under the claim
  std::vector<InputFacts> inputs;
  std::vector<NewTask> expansion;
  std::optional<Published> published;
};

/// The attempt failed. The verdict is decided inside, from the finding, the task's counters and its
/// policy; `draw` is 64 uniform bits for the jitter.
struct ReportFailure {
  struct Answer {
    queue::TaskState state = queue::TaskState::dead;
    std::optional<base::WallTime> retry_at;
  };
  base::RequestId request;
  Claim claim;
  retry::Finding finding;
  std::string record;
  std::vector<InputFacts> inputs;
  std::uint64_t draw = 0;
};

/// Gives a claim back at no cost (drain, Ctrl-C), or reports that a cancelled task has stopped.
struct ReleaseClaim {
  struct Answer {
    queue::TaskState state = queue::TaskState::ready;
  };
  base::RequestId request;
  Claim claim;
  std::string why;
  std::string record;
};

/// A session is dead for sure (its process is gone): its leases are released at once. That its
/// worker was lost is charged to the tasks unless our own engine was what ended.
struct ReleaseDeadSession {
  struct Answer {
    std::vector<Claim> released;
  };
  base::SessionId session;
  std::string proof;
  std::map<std::string, std::string> records;  ///< task id → record to keep of the lost attempt
  bool is_free = false;  ///< the engine itself was restarted: nothing is charged
};

/// What is due: retries, starts and changes of queue whose time has come, sessions silent for
/// longer than `session_ttl_us` (0 = judge none). `listening_us`: how long the server that asks has
/// been up, connected to this primary and heard heartbeats; one that was not itself is no judge of
/// silence (core/lease/brake).
struct Sweep {
  struct Answer {
    std::int64_t retries_due = 0;
    std::int64_t leases_expired = 0;
    bool is_braking = false;  ///< so many are silent at once that none was expired
    std::int64_t starts_due = 0;
    std::int64_t hops_due = 0;
    std::optional<base::WallTime> next_due;
  };
  base::JobId only_job;
  std::int64_t session_ttl_us = 0;
  std::int64_t listening_us = 0;
};

struct CancelJob {
  struct Answer {
    std::string state;
  };
  base::JobId job;
  std::string why{};  ///< for the job's story; empty = somebody asked for it
};

/// Where and with what a task that gets another chance runs; empty = as before.
struct AnotherWay {
  std::string pool;
  base::EncoderRevisionId encoder_revision;
};

/// Tasks that did not succeed, also those that are held, get another chance with fresh budgets;
/// committed ones are not touched. Of a job that was cancelled none does, and a ladder of which
/// something was encoded already gets no other encoder revision (illegal_transition).
struct ReprocessJob {
  struct Answer {
    std::int64_t tasks = 0;
  };
  base::JobId job;
  std::string why;
  base::TaskId only_task = {};  ///< this one and what waits for it; empty = all
  AnotherWay way = {};
};

/// Which dead letters; what is empty does not matter.
struct DeadLetterFilter {
  std::string signature;
  std::string reason;
  std::string bucket;
  std::string lane;
  std::string tenant;
  base::EncoderRevisionId encoder_revision;
  base::WallTime since;
};

/// The next `limit` dead letters of a selection get another chance, oldest first; with a rate, one
/// after the other: those that wait are backing off. Who asks repeats it from `after` and
/// `first_due` of the answer until none is left.
struct ReprocessDeadLetters {
  struct Cursor {
    base::WallTime died;
    base::TaskId task;
  };
  struct Answer {
    std::int64_t tasks = 0;  ///< what waits for them not counted
    std::int64_t waiting = 0;
    std::vector<std::pair<base::TaskId, std::string>> refused;  ///< and why
    std::vector<base::JobId> jobs;
    std::optional<Cursor> after;  ///< nullopt: that was all
    base::WallTime first_due;
  };
  DeadLetterFilter filter;
  std::string why;
  AnotherWay way = {};
  std::int64_t rate_per_minute = 0;  ///< 0 = all at once
  Cursor after = {};
  base::WallTime first_due = {};
  std::int64_t limit = 200;
};

/// Makes or changes a pool.
struct SetPool {
  struct Answer {};
  PoolRow pool;
};

/// The host gets no claims until it is released, whoever else serves its pools, and keeps a record
/// of who said so and why. What it runs goes on; who claims for a single job, or only to publish,
/// is not meant. Once more is a new reason.
struct QuarantineHost {
  struct Answer {};
  std::string host;
  std::string why;
  std::string changed_by;
};

/// The host gets claims again and what failed on it is forgiven. On record, like its quarantine.
struct ReleaseHost {
  struct Answer {
    bool was_quarantined = false;
  };
  std::string host;
  std::string changed_by{};
  std::string why{};
};

/// A key is there from now on; its time of creation is the store's.
struct CreateApiKey {
  struct Answer {};
  ApiKeyRow key;
};

/// A key is good for nothing any more. Once more is fine.
struct RevokeApiKey {
  struct Answer {};
  std::string id;
};

/// Who is to be told of the job from now on: endpoints as JSON, {"url":…} or {"command":[…]}.
struct SetSubscriptions {
  struct Answer {};
  base::JobId job;
  std::vector<std::string> endpoints;
};

/// What is due to be told, to be sent by the caller within `lease_us`; then it is due again for
/// whoever comes. The claim of a row is its number of tries.
struct ClaimDeliveries {
  struct Answer {
    std::vector<DeliveryRow> deliveries;
    std::optional<base::WallTime> next_due;
  };
  std::int64_t count = 1;
  std::int64_t lease_us = 0;
};

/// How sending it went. An answer to a claim that ran out changes nothing.
struct SettleDelivery {
  struct Answer {
    bool is_done = false;
    bool is_dead = false;  ///< it is not tried again
  };
  std::string id;
  std::int64_t tries = 0;
  std::string error;  ///< empty: it was acknowledged
  std::uint64_t draw = 0;
};

/// Held tasks become ready again (whatever they waited for has been mended).
struct ReleaseHeld {
  struct Answer {
    std::int64_t tasks = 0;
  };
  base::JobId job;
};

/// Marks outputs of attempts that can no longer commit as doomed and lists all doomed ones. Those
/// that may still be written (core/upkeep/garbage) are left alone for the grace, unless the caller
/// vouches that the session of their attempt is dead.
struct DoomOutputs {
  struct Answer {
    std::vector<OutputRow> doomed;
  };
  base::JobId only_job;
  std::int64_t grace_us = 0;
  std::vector<base::SessionId> dead_sessions{};
};

inline constexpr std::int64_t kNoCap = -1;

/// Changes what a lane may have, from now on, and keeps a record of who did. A cap bounds the tasks
/// of the lane that run in one pool; reserved slots of a pool are not given to other lanes. With
/// `pool` the change holds there alone.
struct SetLane {
  struct Answer {};
  std::string lane;
  std::string pool;                      ///< empty = wherever nothing else is set
  std::optional<std::int64_t> weight;    ///< 1–100
  std::optional<std::int64_t> reserved;  ///< slots
  std::optional<std::int64_t> cap;       ///< tasks; kNoCap = none
  std::string changed_by;
};

/// How many tasks of a tenant may run at once.
struct SetTenantCap {
  struct Answer {};
  std::string tenant;
  std::string lane;  ///< empty = in all lanes together
  std::int64_t cap = kNoCap;
  std::string changed_by;
};

/// The object of a doomed row is gone; so goes the row.
struct ForgetOutput {
  struct Answer {};
  std::string object_key;
};

/// Files that no row speaks of, all that there are now: new ones get this moment as the first in
/// which they were seen, those that are not named any more are forgotten.
struct NoteOrphans {
  struct Answer {
    std::map<std::string, base::WallTime> first_seen;
  };
  std::vector<std::string> places;
};

/// Forgets the answers to at most `limit` requests older than `kept_us`.
struct PruneRequests {
  struct Answer {
    std::int64_t removed = 0;
  };
  std::int64_t kept_us = 0;
  std::int64_t limit = 1000;
};

/// Forgets at most `limit` sessions that ended longer than `kept_us` ago. One that an attempt names
/// stays for as long as that: on which host it was is part of its story.
struct PruneSessions {
  struct Answer {
    std::int64_t removed = 0;
  };
  std::int64_t kept_us = 0;
  std::int64_t limit = 1000;
};

/// Removes every row of a job that is over for longer than `kept_us` (core/upkeep/garbage says when
/// it may go) and leaves a record of what it was; its files are to be removed next, FinishRemoval
/// says that they are. A job that may not go is left as it is: `why` says why.
struct RemoveJob {
  struct Answer {
    bool is_removed = false;
    std::string why;
  };
  base::JobId job;
  std::int64_t kept_us = 0;
};

/// Writes down that the logs of all attempts of a job that is over for longer than `kept_us` are
/// removed, before they are.
struct RemoveLogs {
  struct Answer {
    bool is_removed = false;
  };
  base::JobId job;
  std::int64_t kept_us = 0;
};

/// The files that went with a RemoveJob or RemoveLogs are gone.
struct FinishRemoval {
  struct Answer {};
  base::JobId job;
  std::string what;  ///< "job" or "logs"
};

using Op =
    std::variant<SubmitJob, RegisterSession, EndSession, ClaimTasks, Heartbeat, StageOutputs,
                 CommitAttempt, ReportFailure, ReleaseClaim, ReleaseDeadSession, Sweep, CancelJob,
                 ReprocessJob, ReleaseHeld, DoomOutputs, ForgetOutput, ReprocessDeadLetters,
                 SetLane, SetTenantCap, SetPool, ReleaseHost, SetSubscriptions, ClaimDeliveries,
                 SettleDelivery, NoteOrphans, PruneRequests, RemoveJob, RemoveLogs, FinishRemoval,
                 CreateApiKey, RevokeApiKey, QuarantineHost, PruneSessions>;

using Answer =
    std::variant<SubmitJob::Answer, RegisterSession::Answer, EndSession::Answer, ClaimTasks::Answer,
                 Heartbeat::Answer, StageOutputs::Answer, CommitAttempt::Answer,
                 ReportFailure::Answer, ReleaseClaim::Answer, ReleaseDeadSession::Answer,
                 Sweep::Answer, CancelJob::Answer, ReprocessJob::Answer, ReleaseHeld::Answer,
                 DoomOutputs::Answer, ForgetOutput::Answer, ReprocessDeadLetters::Answer,
                 SetLane::Answer, SetTenantCap::Answer, SetPool::Answer, ReleaseHost::Answer,
                 SetSubscriptions::Answer, ClaimDeliveries::Answer, SettleDelivery::Answer,
                 NoteOrphans::Answer, PruneRequests::Answer, RemoveJob::Answer, RemoveLogs::Answer,
                 FinishRemoval::Answer, CreateApiKey::Answer, RevokeApiKey::Answer,
                 QuarantineHost::Answer, PruneSessions::Answer>;

}  // namespace mpegflow::store
