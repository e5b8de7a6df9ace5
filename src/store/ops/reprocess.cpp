#include "core/queue/reprocess.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/json.h"
#include "core/submit/read_spec.h"
#include "core/submit/run_identity.h"
#include "store/ops/dead_letters.h"
#include "store/ops/job_head.h"
#include "store/ops/ops_internal.h"
#include "store/ops/transition.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

using queue::TaskEvent;
using queue::TaskState;

/// A job of which some tasks get another chance.
struct Case {
  JobRow job;
  std::vector<TaskRow> tasks;
  std::vector<queue::ReprocessCandidate> candidates;  ///< of the same places
};

tl::unexpected<base::Error> refuse(std::string why) {
  return base::fail(base::ErrorCode::illegal_transition, std::move(why));
}

base::Result<Case> load_case(Session& session, const base::JobId& id) {
  Case found;
  ASSIGN_OR_RETURN(found.job, load_job(session, id));
  ASSIGN_OR_RETURN(const Rows rows, session.run("tasks_of_job", {id.value}));
  ASSIGN_OR_RETURN(const Rows edges, session.run("edges_of_job", {id.value}));
  std::map<std::string, std::size_t> places;
  for (const Row& row : rows) {
    found.tasks.push_back(to_task(row));
    places[found.tasks.back().id.value] = places.size();
    const TaskRow& task = found.tasks.back();
    // What can be missed keeps nobody from coming back.
    const bool is_missed = task.need != queue::Need::required && is_terminal(task.state) &&
                           task.state != TaskState::cancelled;
    found.candidates.push_back({is_missed ? TaskState::succeeded : task.state, {}, false});
  }
  for (const Row& edge : edges)
    found.candidates[places.at(edge.text(1))].needs.push_back(places.at(edge.text(0)));
  return found;
}

/// What needs a cancelled task would wait for ever.
base::Result<void> check_not_cancelled(const Case& at) {
  for (const TaskRow& task : at.tasks)
    if (task.state == TaskState::cancelled || task.state == TaskState::cancelling)
      return refuse(fmt::format("job {} was cancelled; submit it anew", at.job.id.value));
  return {};
}

/// The job has gone on without it: what was made meanwhile is not made again.
bool is_closed(const Case& at, std::size_t place) {
  if (at.tasks[place].need == queue::Need::required) return false;
  for (std::size_t i = 0; i < at.tasks.size(); ++i) {
    const bool is_child =
        std::ranges::find(at.candidates[i].needs, place) != at.candidates[i].needs.end();
    const bool waits =
        at.tasks[i].state == TaskState::blocked || at.tasks[i].state == TaskState::skipped;
    if (is_child && !waits) return true;
  }
  return false;
}

bool can_be_chosen(const TaskRow& task) {
  return task.state == TaskState::held ||
         (task.state != TaskState::skipped &&
          queue::next_state(task.state, TaskEvent::reprocess_requested).has_value());
}

base::Result<void> choose(Case& at, const base::TaskId& only_task) {
  for (std::size_t i = 0; i < at.tasks.size(); ++i)
    at.candidates[i].is_chosen = can_be_chosen(at.tasks[i]) && !is_closed(at, i) &&
                                 (only_task.empty() || at.tasks[i].id == only_task);
  if (only_task.empty()) return {};
  const auto task = std::ranges::find(at.tasks, only_task, &TaskRow::id);
  if (task == at.tasks.end())
    return base::fail(base::ErrorCode::not_found,
                      fmt::format("job {} has no task {}", at.job.id.value, only_task.value));
  if (is_closed(at, static_cast<std::size_t>(task - at.tasks.begin())))
    return refuse(fmt::format("job {} has gone on without task {}; submit it anew", at.job.id.value,
                              task->key));
  if (can_be_chosen(*task)) return {};
  return refuse(fmt::format("task {} is {}: {}", task->key, to_word(task->state),
                            task->state == TaskState::skipped
                                ? "reprocess the task that failed before it"
                                : "only a task that failed or is held is given another chance"));
}

base::Result<void> check_pool(Session& session, const std::string& name) {
  if (name.empty()) return {};
  ASSIGN_OR_RETURN(const Rows rows, session.run("all_pools", {}));
  if (std::ranges::any_of(rows, [&](const Row& row) { return row.text(0) == name; })) return {};
  return base::fail(
      base::ErrorCode::not_found,
      fmt::format("there is no pool \"{}\"; mpegflow pool list shows those there are, mpegflow "
                  "pool set makes one",
                  name));
}

/// A ladder is of one encoder revision: once something of it is encoded, or just being, it keeps
/// the one it has.
base::Result<void> check_one_revision(const Case& at, const base::EncoderRevisionId& revision) {
  const auto is_of_kind = [&](queue::TaskKind kind) {
    return [kind](const TaskRow& task) { return task.kind == kind; };
  };
  if (std::ranges::none_of(at.tasks, is_of_kind(queue::TaskKind::manifest))) return {};
  for (const TaskRow& task : at.tasks) {
    const bool is_made = task.state == TaskState::succeeded || task.state == TaskState::leased;
    if (task.kind == queue::TaskKind::encode && is_made && task.encoder_revision != revision)
      return refuse(fmt::format(
          "{} of job {} was made with encoder revision {}, and a ladder never mixes two; submit "
          "the job anew",
          task.key, at.job.id.value, task.encoder_revision.value.substr(0, 12)));
  }
  return {};
}

/// The identity that the same command has with the other encoder, so that it finds the job; a job
/// whose identity is not made that way keeps it.
base::Result<std::string> find_identity(Session& session, const JobRow& job,
                                        const base::EncoderRevisionId& revision) {
  const auto spec = base::parse_json(job.spec, "spec");
  if (!spec || !spec->is_object()) return job.identity;
  submit::RunIdentity identity{
      submit::parse_job_spec(spec->get_object()), job.encoder_revision, job.plan_version, {}};
  ASSIGN_OR_RETURN(const Rows inputs, session.run("identities_of_inputs", {job.id.value}));
  std::map<std::string, std::string> by_key;
  for (const Row& input : inputs) by_key[input.text(0)] = input.text(1);
  for (const submit::InputSpec& input : identity.spec.inputs)
    identity.input_identities.push_back(by_key[input.key]);
  if (submit::hash_identity(identity) != job.identity) return job.identity;
  identity.encoder_revision = revision;
  return submit::hash_identity(identity);
}

/// All that has not succeeded yet is of the other revision from now on.
base::Result<void> change_revision(Session& session, const Case& at,
                                   const base::EncoderRevisionId& revision) {
  if (revision.empty()) return {};
  RETURN_IF_ERROR(check_one_revision(at, revision));
  ASSIGN_OR_RETURN(const std::string identity, find_identity(session, at.job, revision));
  for (const TaskRow& task : at.tasks)
    if (task.state != TaskState::succeeded)
      RETURN_IF_ERROR(session.run("set_task_revision", {task.id.value, revision.value}));
  ASSIGN_OR_RETURN(JobHead * head, find_head(session, at.job.id));
  head->encoder_revision = revision;
  return session.run("set_job_revision", {at.job.id.value, revision.value, identity})
      .map([](const Rows&) {});
}

/// Skipped ones first, so that those that are ready again find their children waiting.
base::Result<void> revive_skipped(Session& session, const Case& at, const std::string& why) {
  for (const std::size_t place : queue::find_revived(at.candidates)) {
    const TaskRow& task = at.tasks[place];
    ASSIGN_OR_RETURN(const Rows open, session.run("count_unfinished_parents", {task.id.value}));
    RETURN_IF_ERROR(session.run("set_pending", {task.id.value, open.front().number(0)}));
    RETURN_IF_ERROR(
        apply_event(session, task, TaskEvent::reprocess_requested, {{{"why", why}}, {}}));
  }
  return {};
}

struct Another {
  const std::string& why;
  const AnotherWay& way;
  std::optional<base::WallTime> due;  ///< nullopt: now
};

base::Result<void> give_chance(Session& session, const base::TaskId& id, const Another& another) {
  RETURN_IF_ERROR(session.run("reset_task_budgets", {id.value}));
  ASSIGN_OR_RETURN(const TaskRow task, load_task(session, id));
  TransitionDetail detail{{{"why", another.why}}, another.due};
  const std::string& pool = another.way.pool;
  if (!pool.empty() && pool != task.pool) detail.move = Queue{task.lane, pool};
  if (!another.way.encoder_revision.empty())
    detail.body["encoder_revision"] = another.way.encoder_revision.value;
  // Nothing that waits for it has counted it as settled.
  if (task.state == TaskState::held)
    return apply_event(session, task, TaskEvent::released, std::move(detail)).map([](auto) {});
  const TaskEvent event =
      another.due ? TaskEvent::reprocess_scheduled : TaskEvent::reprocess_requested;
  RETURN_IF_ERROR(apply_event(session, task, event, std::move(detail)));
  if (task.need == queue::Need::required) return {};
  // Those that wait for others had counted it as settled; now they wait for it again.
  return session.run("count_up_children", {id.value}).map([](const Rows&) {});
}

/// The chosen tasks of the job get another chance, and what was skipped because of them. Gives how
/// many did.
base::Result<std::int64_t> reprocess(Session& session, const base::JobId& job,
                                     const base::TaskId& only_task, const Another& another) {
  ASSIGN_OR_RETURN(Case at, load_case(session, job));
  RETURN_IF_ERROR(check_not_cancelled(at));
  RETURN_IF_ERROR(check_pool(session, another.way.pool));
  RETURN_IF_ERROR(choose(at, only_task));
  RETURN_IF_ERROR(change_revision(session, at, another.way.encoder_revision));
  RETURN_IF_ERROR(revive_skipped(session, at, another.why));
  auto count = static_cast<std::int64_t>(queue::find_revived(at.candidates).size());
  for (std::size_t i = 0; i < at.tasks.size(); ++i) {
    if (!at.candidates[i].is_chosen) continue;
    RETURN_IF_ERROR(give_chance(session, at.tasks[i].id, another));
    ++count;
  }
  return count;
}

}  // namespace

base::Result<ReprocessJob::Answer> run_op(Session& session, const ReprocessJob& op) {
  ASSIGN_OR_RETURN(const std::int64_t tasks,
                   reprocess(session, op.job, op.only_task, {op.why, op.way, {}}));
  return ReprocessJob::Answer{tasks};
}

base::Result<ReprocessDeadLetters::Answer> run_op(Session& session,
                                                  const ReprocessDeadLetters& op) {
  ReprocessDeadLetters::Answer answer;
  const base::WallTime now = session.now();
  const base::Micros step(op.rate_per_minute > 0 ? 60'000'000 / op.rate_per_minute : 0);
  answer.first_due = std::max(op.first_due, now);
  RETURN_IF_ERROR(check_pool(session, op.way.pool));
  ASSIGN_OR_RETURN(const Rows rows, run_find_dead_letters(session, op.filter, op.after, op.limit));
  for (const Row& row : rows) {
    const DeadLetterRow letter = to_dead_letter(row);
    if (static_cast<std::int64_t>(rows.size()) == op.limit)
      answer.after = ReprocessDeadLetters::Cursor{letter.died, letter.task};
    Another another{op.why, op.way, {}};
    if (answer.first_due > now) another.due = answer.first_due;
    const auto done = reprocess(session, letter.job, letter.task, another);
    if (!done && done.error().code == base::ErrorCode::illegal_transition) {
      answer.refused.emplace_back(letter.task, done.error().message);
      continue;
    }
    if (!done) return tl::unexpected(done.error());
    ++answer.tasks;
    if (another.due) ++answer.waiting;
    if (std::ranges::find(answer.jobs, letter.job) == answer.jobs.end())
      answer.jobs.push_back(letter.job);
    answer.first_due = answer.first_due + step;
  }
  return answer;
}

}  // namespace mpegflow::store
