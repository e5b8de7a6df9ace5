#include "sim/invariants.h"

#include <algorithm>

#include "base/json.h"
#include "core/audit/event_bytes.h"
#include "core/queue/job_state.h"
#include "core/retry/policy_record.h"
#include "sim/object_bytes.h"
#include "store/reads.h"
#include "store/standing.h"

namespace mpegflow::sim {
namespace {

using queue::TaskEvent;
using queue::TaskState;

std::optional<TaskEvent> parse_event(std::string_view word) {
  for (const TaskEvent event : queue::all_task_events())
    if (to_word(event) == word) return event;
  return std::nullopt;
}

constexpr std::int64_t kMostNews = 10'000;

/// Whether a claim may still commit after the event: only one whose holder fell silent may.
bool keeps_claim_open(TaskEvent event, const base::json::object& body) {
  if (event == TaskEvent::retry_scheduled) return !body.contains("bucket");
  return event == TaskEvent::lease_granted || event == TaskEvent::retry_due ||
         event == TaskEvent::over_cap || event == TaskEvent::admitted || event == TaskEvent::hopped;
}

}  // namespace

std::vector<base::JobId> Invariants::jobs() const {
  std::vector<base::JobId> ids;
  for (const auto& [id, job] : jobs_) ids.push_back(id);
  return ids;
}

void Invariants::add_job(const base::JobId& job, const std::vector<store::NewTask>& tasks) {
  jobs_[job];
  for (const store::NewTask& task : tasks) needs_[task.id] = task.needs;
}

std::vector<TaskState> Invariants::states() const {
  std::vector<TaskState> states;
  for (const auto& [id, task] : tasks_) states.push_back(task.state);
  return states;
}

std::optional<TaskState> Invariants::find_state(const base::TaskId& task) const {
  const auto found = tasks_.find(task);
  if (found == tasks_.end()) return std::nullopt;
  return found->second.state;
}

void Invariants::violate(std::string_view invariant, const std::string& what) {
  if (violation_) return;
  violation_ = fmt::format("{}: {}", invariant, what);
  context_.note("VIOLATION {}", *violation_);
}

void Invariants::saw(const std::string& what, const base::Error* error) {
  context_.note("{} {}", what, error == nullptr ? "ok" : to_word(error->code));
  const bool is_expected = error == nullptr || error->code == base::ErrorCode::superseded ||
                           error->code == base::ErrorCode::quarantined || is_no_answer(*error);
  if (!is_expected)
    violate("answer", fmt::format("{} gave {}: {}", what, to_word(error->code), error->message));
  check_step();
  if (what == "doom" && find_store_() != nullptr) check_outputs();
}

void Invariants::saw_session(const base::SessionId& session, bool is_known) {
  if (is_known) heard_[session] = context_.clock.steady();
}

void Invariants::saw_heartbeat(const protocol::HeartbeatRequest& request,
                               const base::Result<protocol::HeartbeatAnswer>& answer) {
  if (answer) {
    saw_session(request.session, answer->session_known);
    for (const auto& running : request.running) {
      const auto task = tasks_.find(running.claim.task);
      const bool is_open = task != tasks_.end() && task->second.open == running.claim;
      const bool is_told =
          std::ranges::find(answer->superseded, running.claim) != answer->superseded.end();
      if (!is_open && !is_told)
        violate("I3", fmt::format("a heartbeat of claim {} of task {}, which is over, was answered "
                                  "as if it stood",
                                  running.claim.fence, running.claim.task.value));
    }
  }
  saw("heartbeat", answer ? nullptr : &answer.error());
}

void Invariants::saw_stage(const protocol::StageRequest& request,
                           const base::Result<void>& answer) {
  if (answer) {
    const TaskModel& task = tasks_[request.claim.task];
    if (task.open != request.claim || task.state == TaskState::cancelling)
      violate("I3", fmt::format("outputs were staged under claim {} of task {}, which is over",
                                request.claim.fence, request.claim.task.value));
    for (const store::OutputRow& output : request.outputs)
      staged_[request.claim.id].insert(output.object_key);
  }
  saw("stage", answer ? nullptr : &answer.error());
}

bool Invariants::is_seen_answer(const std::string& what, const base::RequestId& request,
                                TaskState state) {
  const auto [seen, fresh] = answers_.emplace(request, state);
  if (!fresh && seen->second != state)
    violate("I13", fmt::format("{} {} was answered {}, then {}", what, request.value,
                               to_word(seen->second), to_word(state)));
  return !fresh;
}

void Invariants::saw_end(const std::string& what, const base::RequestId& request,
                         const store::Claim& claim,
                         const base::Result<protocol::TaskAnswer>& answer) {
  if (!answer && is_no_answer(answer.error())) {
    unknown_.insert(request);
    return saw(what, &answer.error());
  }
  if (!answer && what == "commit") check_refused_commit(claim);
  if (!answer) {
    if (answers_.contains(request))
      violate("I13", fmt::format("{} {} was granted, then refused", what, request.value));
    return saw(what, &answer.error());
  }
  const TaskModel& task = tasks_[claim.task];
  const bool is_seen = is_seen_answer(what, request, answer->state) || unknown_.contains(request);
  if (!is_seen && answer->state == TaskState::succeeded && task.state == TaskState::cancelling)
    violate("I14", fmt::format("task {} was committed after its cancel", claim.task.value));
  if (!is_seen && task.open != claim)
    violate("I3", fmt::format("{} was accepted from claim {} of task {}, which is over", what,
                              claim.fence, claim.task.value));
  context_.tally.count(what + "s");
  context_.note("{} {} -> {}", what, claim.task.value, to_word(answer->state));
  saw(what, nullptr);
}

/// Whoever holds the last claim may commit, also after its lease has expired.
void Invariants::check_refused_commit(const store::Claim& claim) {
  const TaskModel& task = tasks_[claim.task];
  if (task.open != claim || task.state == TaskState::cancelling) return;
  for (const std::string& key : staged_[claim.id])
    if (lost_rows_.contains(key)) return;
  violate("I3", fmt::format("the commit of task {} was refused to the holder of its last claim, {}",
                            claim.task.value, claim.fence));
}

void Invariants::saw_removal(const std::string& key) {
  if (committed_.contains(key)) violate("I8", fmt::format("committed object {} is removed", key));
}

void Invariants::follow_commit(TaskModel& task, const store::EventRow& event) {
  if (++task.commits > 1) violate("I2", fmt::format("task {} was committed twice", event.task_key));
  if (!task.open || task.open->fence != event.fence)
    return violate("I3",
                   fmt::format("task {} was committed by a claim that is over", event.task_key));
  const auto outputs = store::list_outputs_of_task(*store_, event.task);
  if (!outputs) return violate("answer", outputs.error().message);
  std::set<std::string> keys;
  for (const store::OutputRow& output : *outputs) {
    if (output.state != "committed") continue;
    keys.insert(output.object_key);
    committed_.insert(output.object_key);
    if (output.claim != task.open->id)
      violate("I8", fmt::format("{} is committed, but of another claim", output.object_key));
  }
  if (keys != staged_[task.open->id])
    violate("I8", fmt::format("task {} was committed with {} outputs, {} were staged",
                              event.task_key, keys.size(), staged_[task.open->id].size()));
}

/// A lease expires by silence of its session only.
void Invariants::check_silence(const TaskModel& task, const store::EventRow& event,
                               const base::json::object& body) {
  if (!base::text_or(body, "why").starts_with("the worker was silent")) return;
  if (is_replaying_) return;
  const auto heard = heard_.find(task.holder);
  if (heard == heard_.end()) return;
  if (context_.clock.steady() - heard->second < context_.scale.session_ttl)
    violate("I6", fmt::format("the lease of task {} expired {} s after its worker was heard",
                              event.task_key,
                              (context_.clock.steady() - heard->second).count() / 1'000'000));
}

void Invariants::follow_claim(TaskModel& task, const store::EventRow& event,
                              const base::json::object& body) {
  if (event.fence <= task.fence)
    violate("I4",
            fmt::format("task {} had fence {}, then {}", event.task_key, task.fence, event.fence));
  task.open = store::Claim{event.task, event.fence, base::ClaimId(base::text_or(body, "claim"))};
  task.fence = event.fence;
  granted_.push_back(event.task);
  task.holder = base::SessionId(base::text_or(body, "session"));
  for (const base::TaskId& parent : needs_[event.task])
    if (tasks_[parent].state != TaskState::succeeded)
      violate("I9", fmt::format("task {} was claimed before what it needs was committed",
                                event.task_key));
  // After a failover a repeated request may give the same session the same claim once more.
  const auto [known, fresh] = claims_.emplace(
      std::pair(task.open->id, std::pair(event.task, event.fence)), base::text_or(body, "session"));
  if (!fresh && known->second != base::text_or(body, "session"))
    violate("I4", fmt::format("claim {} of task {} was given twice", event.fence, event.task_key));
}

/// A failure is charged to one budget, a lost worker to that of lost workers alone, a drain or a
/// preemption to none.
void Invariants::follow_charge(TaskModel& task, TaskEvent kind, const base::json::object& body) {
  if (kind == TaskEvent::reprocess_requested || kind == TaskEvent::reprocess_scheduled ||
      kind == TaskEvent::released)
    task.failures = task.lost = 0;
  const std::string bucket = base::text_or(body, "bucket");
  const std::string reason = base::text_or(body, "reason");
  const bool is_failure = task.state == TaskState::leased && !bucket.empty();
  if (is_failure && bucket == "deterministic") {
    if (kind == TaskEvent::retry_scheduled)
      violate("I7", fmt::format("{} is deterministic and was retried", reason));
  } else if (is_failure && (reason == "lease_lost" || reason == "killed_unknown")) {
    ++task.lost;
  } else if (is_failure && reason != "worker_preempted" && reason != "worker_terminated") {
    ++task.failures;
  }
  const bool is_loss = task.state == TaskState::leased && bucket.empty() &&
                       (kind == TaskEvent::retry_scheduled || kind == TaskEvent::retries_exhausted);
  const bool is_proved_loss =
      kind == TaskEvent::lease_released && base::text_or(body, "why") == kProofOfDeath;
  if (is_loss || is_proved_loss) ++task.lost;
}

void Invariants::follow_task(const store::EventRow& event, const base::json::object& body) {
  TaskModel& task = tasks_[event.task];
  const auto kind = parse_event(event.kind);
  if (!kind) return violate("I11", "there is no event " + event.kind);
  const auto next = queue::next_state(task.state, *kind);
  if (!next || base::text_or(body, "from") != to_word(task.state) ||
      base::text_or(body, "to") != to_word(*next))
    return violate("I11", fmt::format("task {} was {}, then {}", event.task_key,
                                      to_word(task.state), event.kind));
  if (*kind == TaskEvent::lease_granted) follow_claim(task, event, body);
  follow_charge(task, *kind, body);
  check_silence(task, event, body);
  if (*kind == TaskEvent::outputs_committed) {
    follow_commit(task, event);
    if (base::bool_or(body, "late")) context_.tally.count("late commits");
  }
  if (*kind == TaskEvent::retry_scheduled) context_.tally.count("retries");
  if (base::text_or(body, "why").ends_with("is spent")) context_.tally.count("budgets spent");
  // What comes back, or was let in under a cap, enters at the lane's present.
  if (*next == TaskState::ready)
    task.has_turn = *kind != TaskEvent::admitted && *kind != TaskEvent::retry_due &&
                    *kind != TaskEvent::lease_released;
  task.state = *next;
  if (task.state != TaskState::cancelling && !keeps_claim_open(*kind, body)) task.open.reset();
}

void Invariants::follow_event(const base::JobId& id, JobModel& job, const store::EventRow& event) {
  if (event.seq != job.seq + 1 || event.prev_hash != job.hash())
    violate("I11", fmt::format("event {} does not follow event {}", event.seq, job.seq));
  if (audit::hash_event(event.bytes) != event.hash)
    violate("I11", fmt::format("event {} does not have the hash of its bytes", event.seq));
  job.seq = event.seq;
  job.hashes.push_back(event.hash);
  job.last_kind = event.kind;
  const auto record = base::parse_json(event.bytes, "event");
  if (!record || !record->is_object()) return violate("I11", "an event's bytes are not an object");
  context_.note("  {} {} {} f{} {}", id.value.substr(20), event.seq, event.kind, event.fence,
                event.task_key);
  if (!event.task.empty()) follow_task(event, base::object_or(record->get_object(), "body"));
  if (!event.task.empty() && tasks_[event.task].state == TaskState::dead)
    outbox_.expect(id, event.seq, "task_dead");
  if (event.kind == "job_finished") outbox_.expect(id, event.seq, event.kind);
}

void Invariants::check_tables(const base::JobId& id) {
  const auto standings = store::list_standings(*store_, id);
  const auto job = store::find_job(*store_, id);
  if (!standings || !job || !*job) return violate("answer", "the job cannot be read");
  std::vector<queue::TaskStanding> states;
  for (const store::Standing& standing : *standings) {
    states.push_back({standing.kind, standing.state, standing.need});
    if (const std::string wrong = find_contradiction(standing); !wrong.empty())
      violate("I5/I9", wrong);
    const TaskModel& task = tasks_[standing.task];
    if (task.state != standing.state)
      violate("I11", fmt::format("task {} is {}, its events say {}", standing.key,
                                 to_word(standing.state), to_word(task.state)));
    if (task.fence != standing.fence)
      violate("I4", fmt::format("task {} has fence {}, its events say {}", standing.key,
                                standing.fence, task.fence));
  }
  const queue::JobStanding computed = queue::compute_job_standing(states);
  if ((*job)->state != to_word(computed.state) || (*job)->delivery != to_word(computed.delivery))
    violate("I11",
            fmt::format("the job is {}, its tasks say {}", (*job)->state, to_word(computed.state)));
  check_retries(id);
  if (const auto wrong = outbox_.look(*store_, id)) violate("I12", *wrong);
  if (queue::is_terminal(computed.state) && jobs_[id].last_kind != "job_finished")
    violate("I11", "a job that is over ends with " + jobs_[id].last_kind);
}

/// Nobody may collect what its holder may still commit.
void Invariants::check_outputs() {
  const auto read = store_->read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const store::Rows rows, session.run("open_outputs", {std::string()}));
    for (const store::Row& row : rows) {
      const store::OutputRow output = store::to_output(row);
      const auto& open = tasks_[output.task].open;
      if (output.state == "doomed" && open && open->id == output.claim)
        violate("I8",
                fmt::format("{} was given up, its holder may still commit it", output.object_key));
    }
    return {};
  });
  if (!read) violate("answer", read.error().message);
}

std::map<base::JobId, std::vector<store::EventRow>> Invariants::read_news() {
  store_ = find_store_();
  std::map<base::JobId, std::vector<store::EventRow>> news;
  const auto read = store_->read([&](store::Session& session) -> base::Result<void> {
    for (const auto& [id, job] : jobs_) {
      ASSIGN_OR_RETURN(const store::Rows rows,
                       session.run("events_of_job", {id.value, job.seq, kMostNews}));
      for (const store::Row& row : rows) news[id].push_back(store::to_event(row));
    }
    return {};
  });
  if (!read) violate("answer", read.error().message);
  return news;
}

void Invariants::check_step() {
  store_ = find_store_();
  if (store_ == nullptr) return;
  const auto news = read_news();
  for (const auto& [id, events] : news) {
    for (const store::EventRow& event : events) follow_event(id, jobs_[id], event);
    check_tables(id);
  }
  const auto has_turn = [&](const base::TaskId& id) { return tasks_[id].has_turn; };
  if (const auto wrong = lanes_.look(*store_, granted_, has_turn)) violate("I10", *wrong);
  granted_.clear();
}

void Invariants::check_retries(const base::JobId& id) {
  const auto tasks = store::list_tasks(*store_, id);
  if (!tasks) return violate("answer", tasks.error().message);
  for (const store::TaskRow& task : *tasks) {
    const auto record = base::parse_json(task.policy, "policy");
    const retry::RetryPolicy policy = retry::parse_retry_policy(record->get_object());
    // The failure that is one too many ends the task, or holds it.
    const bool is_ended = is_terminal(task.state) || task.state == TaskState::held ||
                          task.state == TaskState::cancelling;
    const std::int64_t more = is_ended ? 1 : 0;
    if (task.n_transient > policy.transient.max + more ||
        task.n_memory > policy.memory.max + more ||
        task.n_operational > policy.operational.max + more || task.n_lost > policy.lost.max + more)
      violate("I7", fmt::format("task {} was retried beyond its budgets", task.key));
    const TaskModel& model = tasks_[task.id];
    const std::int64_t failures = task.n_transient + task.n_memory + task.n_operational;
    if (failures != model.failures || task.n_lost != model.lost)
      violate("I7",
              fmt::format("task {} failed {} times and was lost {} times, its counters say {} "
                          "and {}",
                          task.key, model.failures, model.lost, failures, task.n_lost));
  }
}

std::optional<store::EventRow> Invariants::find_event(const base::JobId& job, std::int64_t seq) {
  std::optional<store::EventRow> found;
  const auto read = store_->read([&](store::Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const store::Rows rows,
                     session.run("events_of_job", {job.value, seq - 1, std::int64_t{1}}));
    if (!rows.empty() && store::to_event(rows.front()).seq == seq)
      found = store::to_event(rows.front());
    return {};
  });
  if (!read) violate("answer", read.error().message);
  return found;
}

void Invariants::check_kept() {
  store_ = find_store_();
  if (store_ == nullptr) return;
  for (const auto& [id, job] : jobs_) {
    if (job.seq == 0) continue;
    const auto event = find_event(id, job.seq);
    if (!event || event->hash != job.hash())
      violate("I16", fmt::format("event {} of job {} was there before the power failed", job.seq,
                                 id.value));
  }
  check_step();
}

void Invariants::find_lost_rows() {
  std::set<std::string> rows;
  for (const auto& [id, task] : tasks_) {
    const auto outputs = store::list_outputs_of_task(*store_, id);
    if (!outputs) return violate("answer", outputs.error().message);
    for (const store::OutputRow& output : *outputs) rows.insert(output.object_key);
  }
  for (const auto& [claim, keys] : staged_)
    for (const std::string& key : keys)
      if (!rows.contains(key)) lost_rows_.insert(key);
}

void Invariants::fail_over() {
  store_ = find_store_();
  std::map<base::JobId, JobModel> left;
  for (const auto& [id, model] : jobs_) {
    const auto job = store::find_job(*store_, id);
    if (!job) return violate("answer", job.error().message);
    if (!*job) continue;
    left[id];
    // Whatever event both know must be the same one: what is left is a beginning.
    for (std::int64_t seq = model.seq; seq > 0; --seq) {
      const auto event = find_event(id, seq);
      if (!event) continue;
      if (event->hash != model.hashes[static_cast<std::size_t>(seq) - 1])
        violate("I16", fmt::format("event {} of job {} is another one now", seq, id.value));
      break;
    }
  }
  jobs_ = std::move(left);
  const std::vector<base::JobId> ids = jobs();
  outbox_.begin_history(*store_, {ids.begin(), ids.end()});
  tasks_.clear();
  // What was answered may be asked again: if the answer survived it is given, else it is done anew.
  for (const auto& [request, state] : answers_) unknown_.insert(request);
  answers_.clear();
  committed_.clear();
  lanes_ = {};
  is_replaying_ = true;
  check_step();
  is_replaying_ = false;
  outbox_.end_history();
  find_lost_rows();
}

void Invariants::check_end(const Receiver& receiver) {
  check_step();
  if (const auto wrong = outbox_.look_at_end(*store_, receiver)) violate("I12", *wrong);
  for (const auto& [id, model] : jobs_) {
    const auto job = store::find_job(*store_, id);
    if (!job || !*job) return violate("I1", "job " + id.value + " is lost");
    const auto standings = store::list_standings(*store_, id);
    for (const store::Standing& standing : *standings)
      if (!is_terminal(standing.state))
        violate("I1", fmt::format("task {} of a job that is {} stays {}", standing.key,
                                  (*job)->state, to_word(standing.state)));
    const auto committed = store::list_committed_outputs(*store_, id);
    for (const store::OutputRow& output : *committed) {
      const auto object = objects_.contents().find(output.object_key);
      if (object == objects_.contents().end())
        violate("I8", fmt::format("{} is committed, but is not there", output.object_key));
      else if (base::Sha256::hex_of(object->second) != output.sha256)
        violate("I8",
                fmt::format("{} does not have the bytes that were committed", output.object_key));
    }
  }
  for (const auto& [key, bytes] : objects_.contents())
    if (!committed_.contains(key) && !lost_rows_.contains(key))
      violate("I8", fmt::format("{} was never collected", key));
}

}  // namespace mpegflow::sim
