#include "cli/control/local_control.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/zstd.h"
#include "cli/control/choose_attempt.h"
#include "cli/host_picture.h"
#include "cli/live_run.h"
#include "cli/lookup.h"
#include "cli/records.h"
#include "cli/rerun.h"
#include "cli/user_name.h"
#include "core/queue/job_state.h"
#include "engine/recover_attempts.h"
#include "engine/reprocess_job.h"
#include "engine/running_log.h"
#include "records/dead_letter_lookup.h"
#include "records/job_view.h"
#include "records/queue_lookup.h"
#include "store/lanes.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kPage = 1000;
constexpr std::int64_t kMostAtOnce = std::int64_t{1} << 20;  ///< of a log
constexpr std::int64_t kLettersShown = 100;

bool is_in(const store::JobRow& job, queue::JobState state) {
  return job.state == to_word(state);
}

base::Result<store::JobRow> load_again(store::Store& store, const store::JobRow& job) {
  ASSIGN_OR_RETURN(auto after, store::find_job(store, job.id));
  base::check(after.has_value(), "a job that was found exists");
  return std::move(*after);
}

base::Result<base::TaskId> find_only_task(store::Store& store, const store::JobRow& job,
                                          const std::string& key) {
  if (key.empty()) return base::TaskId();
  ASSIGN_OR_RETURN(const NamedTask named, find_named_task(store, job.id.value + "/" + key));
  return named.task.id;
}

/// What is known of the encoders that made the attempts, each once.
base::Result<base::json::array> find_encoders(store::Store& store,
                                              const std::vector<store::AttemptRow>& attempts) {
  std::map<base::EncoderRevisionId, base::json::object> encoders;
  for (const store::AttemptRow& attempt : attempts) {
    ASSIGN_OR_RETURN(const auto encoder,
                     store::find_encoder_revision(store, attempt.encoder_revision));
    if (encoder) encoders.emplace(encoder->id, to_record(*encoder));
  }
  base::json::array list;
  for (auto& [id, record] : encoders) list.push_back(std::move(record));
  return list;
}

}  // namespace

base::Result<std::unique_ptr<Control>> LocalControl::open(const Context& context) {
  ASSIGN_OR_RETURN(store::Store * store, context.open_store(context.config));
  return std::make_unique<LocalControl>(context, *store);
}

base::Result<base::json::object> LocalControl::list_jobs(std::int64_t limit,
                                                         const std::string& before) {
  std::optional<store::JobRow> last;
  if (!before.empty()) {
    ASSIGN_OR_RETURN(last, find_named_job(store_, before));
  }
  // One more than asked for tells whether there is another page.
  ASSIGN_OR_RETURN(auto jobs, store::list_jobs(store_, limit + 1, last));
  base::json::value next = nullptr;
  if (std::ssize(jobs) > limit) {
    jobs.pop_back();
    next = jobs.back().id.value;
  }
  return base::json::object{{"jobs", to_records(jobs)}, {"next_before", next}};
}

base::Result<base::json::object> LocalControl::show_job(const std::string& word) {
  ASSIGN_OR_RETURN(const store::JobRow job, find_named_job(store_, word));
  ASSIGN_OR_RETURN(const auto view, records::read_job_view(store_, job));
  return records::to_record(view);
}

base::Result<base::json::object> LocalControl::list_events(const std::string& word,
                                                           std::int64_t after) {
  ASSIGN_OR_RETURN(const store::JobRow job, find_named_job(store_, word));
  base::json::array events;
  for (;;) {
    ASSIGN_OR_RETURN(const auto page, store::list_events(store_, job.id, after, kPage));
    for (const store::EventRow& event : page) events.push_back(to_record(event));
    if (std::ssize(page) < kPage) break;
    after = page.back().seq;
  }
  return base::json::object{{"job", job.id.value}, {"events", std::move(events)}};
}

/// Tasks that were running wait for word that they have stopped; of workers that are dead for sure
/// none will come.
base::Result<void> LocalControl::end_dead_workers(const store::JobRow& job) {
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, context_.open_logs(context_.config));
  const auto scratch = base::parse_file_uri(job.scratch_uri);
  if (!scratch) return {};
  RETURN_IF_ERROR(engine::recover_attempts(
      store_, *logs, {job.id, context_.boot_id, base::Path(*scratch) / "attempts", ""}));
  ASSIGN_OR_RETURN(const auto after, store::find_job(store_, job.id));
  if (!after || !is_in(*after, queue::JobState::cancelled)) return {};
  return base::remove_tree(*scratch);
}

base::Result<base::json::object> LocalControl::cancel_job(const std::string& word) {
  ASSIGN_OR_RETURN(const store::JobRow job, find_named_job(store_, word));
  if (job.finished && !is_in(job, queue::JobState::cancelled))
    return base::fail(base::ErrorCode::illegal_transition,
                      fmt::format("job {} is over: it is {}", job.id.value, job.state));
  RETURN_IF_ERROR(store_.execute(store::CancelJob{job.id}));
  const auto live = find_live_run(context_.config, job.identity);
  if (!live) RETURN_IF_ERROR(end_dead_workers(job));
  if (context_.deliver_due) context_.deliver_due(context_.config);
  ASSIGN_OR_RETURN(const auto after, load_again(store_, job));
  return base::json::object{
      {"job", job.id.value},
      {"state", after.state},
      {"live_process", live ? base::json::value(*live) : base::json::value(nullptr)}};
}

base::Result<base::json::object> LocalControl::reprocess_job(const ReprocessWish& wish) {
  ASSIGN_OR_RETURN(const store::JobRow job, find_named_job(store_, wish.job));
  ASSIGN_OR_RETURN(const auto only_task, find_only_task(store_, job, wish.task_key));
  store::AnotherWay way;
  way.pool = wish.pool;
  if (!wish.revision.empty()) {
    ASSIGN_OR_RETURN(way.encoder_revision, find_named_revision(store_, wish.revision));
  }
  ASSIGN_OR_RETURN(
      const auto answer,
      engine::reprocess_job(store_, {job.id, "mpegflow job reprocess", only_task, way}));
  ASSIGN_OR_RETURN(const auto after, load_again(store_, job));
  return base::json::object{{"job", job.id.value},
                            {"tasks", answer.tasks},
                            {"state", after.state},
                            {"rerun", to_record(find_rerun(context_, after))}};
}

base::Result<base::json::object> LocalControl::show_task(const std::string& word) {
  ASSIGN_OR_RETURN(const NamedTask named, find_named_task(store_, word));
  ASSIGN_OR_RETURN(const auto attempts, list_attempts_of_task(store_, named.task));
  ASSIGN_OR_RETURN(const auto outputs, store::list_outputs_of_task(store_, named.task.id));
  ASSIGN_OR_RETURN(auto encoders, find_encoders(store_, attempts));
  return base::json::object{{"task", to_record(named.task)},
                            {"attempts", to_records(attempts)},
                            {"encoders", std::move(encoders)},
                            {"outputs", to_records(outputs)}};
}

base::Result<TaskLog> LocalControl::read_log(const std::string& word,
                                             std::optional<std::int64_t> wanted) {
  ASSIGN_OR_RETURN(const NamedTask named, find_named_task(store_, word));
  ASSIGN_OR_RETURN(const auto attempts, list_attempts_of_task(store_, named.task));
  ASSIGN_OR_RETURN(const store::AttemptRow attempt, choose_attempt(named.task, attempts, wanted));
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, context_.open_logs(context_.config));
  ASSIGN_OR_RETURN(const std::string compressed, logs->get_bytes(parse_record(attempt).stderr_key));
  ASSIGN_OR_RETURN(std::string text, base::decompress_zstd(compressed));
  return TaskLog{named.job.id.value, named.task.key, attempt.fence, attempt.outcome,
                 std::move(text)};
}

base::Result<LogPart> LocalControl::follow_log(const std::string& word,
                                               std::optional<std::int64_t> wanted,
                                               std::int64_t offset) {
  ASSIGN_OR_RETURN(const NamedTask named, find_named_task(store_, word));
  ASSIGN_OR_RETURN(const auto attempts, list_attempts_of_task(store_, named.task));
  ASSIGN_OR_RETURN(const auto attempt, choose_attempt_to_follow(named.task, attempts, wanted));
  LogPart part{named.job.id.value, named.task.key, named.task.id.value, 0, {}, {}, false};
  if (!attempt) return part;
  part.attempt = attempt->fence;
  part.outcome = attempt->outcome;
  part.is_over = !is_running(*attempt);
  if (!part.is_over) {
    ASSIGN_OR_RETURN(part.text, engine::read_running_log(named.job, *attempt, offset, kMostAtOnce));
    return part;
  }
  ASSIGN_OR_RETURN(const TaskLog log, read_log(word, attempt->fence));
  part.text = log.text.substr(std::min(log.text.size(), static_cast<std::size_t>(offset)));
  return part;
}

base::Result<base::json::object> LocalControl::list_hosts() {
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(store_));
  base::json::array list;
  for (const HostPicture& host : hosts) list.push_back(to_record(host, context_.clock->now()));
  return base::json::object{{"hosts", std::move(list)}};
}

base::Result<base::json::object> LocalControl::show_host(const std::string& word) {
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(store_));
  ASSIGN_OR_RETURN(const HostPicture host, records::find_named_host(hosts, word));
  return to_record(host, context_.clock->now());
}

base::Result<base::json::object> LocalControl::quarantine_host(const std::string& word,
                                                               const std::string& why) {
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(store_));
  ASSIGN_OR_RETURN(const HostPicture host, records::find_named_host(hosts, word));
  RETURN_IF_ERROR(store_.execute(store::QuarantineHost{host.name, why, find_user(context_)}));
  return show_host(host.name);
}

base::Result<base::json::object> LocalControl::release_host(const std::string& word,
                                                            const std::string& why) {
  ASSIGN_OR_RETURN(const auto hosts, find_hosts(store_));
  ASSIGN_OR_RETURN(const std::string host, records::name_host(hosts, word));
  ASSIGN_OR_RETURN(const auto answer,
                   store_.execute(store::ReleaseHost{host, find_user(context_), why}));
  return base::json::object{{"host", base::to_printable(host)},
                            {"was_quarantined", answer.was_quarantined},
                            {"was_draining", false}};
}

base::Result<base::json::object> LocalControl::list_lanes() {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(store_));
  return base::json::object{{"lanes", to_records(lanes)}};
}

base::Result<base::json::object> LocalControl::show_lane(const std::string& lane) {
  return records::describe_lane(store_, lane);
}

base::Result<base::json::object> LocalControl::set_lane(const LaneOptions& change) {
  RETURN_IF_ERROR(records::check_lane_and_pool(store_, change.name, change.pool));
  RETURN_IF_ERROR(store_.execute(store::SetLane{change.name, change.pool, change.weight,
                                                change.reserved, change.cap, find_user(context_)}));
  return records::describe_lane(store_, change.name);
}

base::Result<base::json::object> LocalControl::list_pools() {
  return records::describe_pools(store_);
}

base::Result<base::json::object> LocalControl::set_pool(const store::PoolRow& pool) {
  RETURN_IF_ERROR(store_.execute(store::SetPool{pool}));
  return records::describe_pool(store_, pool.name);
}

base::Result<base::json::object> LocalControl::list_dead_letters() {
  return records::describe_groups(store_);
}

base::Result<base::json::object> LocalControl::show_dead_letter(const std::string& letter) {
  ASSIGN_OR_RETURN(const auto named, records::find_named_letter(store_, letter));
  return records::describe_letter(store_, named, kLettersShown);
}

base::Result<engine::ReprocessedLetters> LocalControl::reprocess_selection(
    const DeadLetterWish& wish) {
  store::ReprocessDeadLetters op;
  op.why = "mpegflow dlq reprocess";
  op.way.pool = wish.pool;
  op.rate_per_minute = wish.rate_per_minute;
  op.filter.reason = wish.reason;
  op.filter.bucket = wish.bucket;
  op.filter.lane = wish.lane;
  op.filter.tenant = wish.tenant;
  if (wish.since) op.filter.since = *wish.since;
  if (!wish.revision.empty()) {
    ASSIGN_OR_RETURN(op.way.encoder_revision, find_named_revision(store_, wish.revision));
  }
  if (!wish.of_revision.empty()) {
    ASSIGN_OR_RETURN(op.filter.encoder_revision, find_named_revision(store_, wish.of_revision));
  }
  if (!wish.letter.empty()) {
    ASSIGN_OR_RETURN(const auto named, records::find_named_letter(store_, wish.letter));
    if (const auto* letter = std::get_if<store::DeadLetterRow>(&named))
      return engine::reprocess_dead_letter(store_, *letter, op.why, op.way);
    op.filter.signature = std::get<store::DeadLetterGroupRow>(named).signature;
  }
  return engine::reprocess_dead_letters(store_, op);
}

base::Result<base::json::object> LocalControl::reprocess_dead_letters(const DeadLetterWish& wish) {
  ASSIGN_OR_RETURN(const auto done, reprocess_selection(wish));
  base::json::array refused, jobs;
  for (const auto& [task, why] : done.refused)
    refused.push_back(base::json::object{{"task", task.value}, {"why", why}});
  for (const base::JobId& id : done.jobs) {
    ASSIGN_OR_RETURN(const auto job, store::find_job(store_, id));
    if (job)
      jobs.push_back(
          base::json::object{{"job", id.value}, {"rerun", to_record(find_rerun(context_, *job))}});
  }
  return base::json::object{{"tasks", done.tasks},
                            {"waiting", done.waiting},
                            {"refused", std::move(refused)},
                            {"jobs", std::move(jobs)}};
}

}  // namespace mpegflow::cli
