#include "app/job_runner.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "core/queue/job_state.h"
#include "core/upkeep/garbage.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::app {
namespace {

constexpr base::Micros kTick = std::chrono::milliseconds(500);
constexpr std::int64_t kPage = 200;

/// Nothing of the job moves before somebody does something about it.
bool has_work(const std::vector<store::TaskRow>& tasks) {
  return std::ranges::any_of(tasks, [](const store::TaskRow& task) {
    using queue::TaskState;
    return task.state == TaskState::ready || task.state == TaskState::leased ||
           task.state == TaskState::backing_off || task.state == TaskState::capped ||
           task.state == TaskState::cancelling;
  });
}

}  // namespace

JobRunner::JobRunner(RunnerOptions options, const LocalParts& parts, engine::ChangeSignal& changes)
    : options_(std::move(options)), parts_(parts), changes_(changes) {}

JobRunner::~JobRunner() {
  stop();
}

void JobRunner::start() {
  thread_ = std::thread([this] { loop(); });
}

void JobRunner::stop() {
  is_stopping_ = true;
  changes_.notify();
  if (thread_.joinable()) thread_.join();
}

std::vector<protocol::TaskProgress> JobRunner::progress() const {
  const std::scoped_lock lock(mutex_);
  std::vector<protocol::TaskProgress> all;
  for (const auto& [job, running] : running_)
    for (protocol::TaskProgress& one : running.worker->progress()) all.push_back(std::move(one));
  return all;
}

void JobRunner::loop() {
  while (!is_stopping_) {
    const std::uint64_t seen = changes_.count();
    if (const auto looked = look(); !looked)
      base::log(base::LogLevel::warn, "jobs_not_looked_at", {{"what", looked.error().message}});
    changes_.wait_beyond(seen, kTick);
  }
  for (auto& [job, running] : running_) running.worker->stop();
  for (auto& [job, running] : running_)
    if (const auto joined = running.worker->join(); !joined)
      base::log(base::LogLevel::warn, "worker_failed",
                {{"job", job.value}, {"what", joined.error().message}});
  const std::scoped_lock lock(mutex_);
  running_.clear();
}

base::Result<void> JobRunner::look() {
  std::vector<store::JobRow> open;
  for (const queue::JobState state :
       {queue::JobState::cancelling, queue::JobState::running, queue::JobState::queued}) {
    store::JobFilter filter;
    filter.state = to_word(state);
    std::optional<store::JobCursor> behind;
    for (;;) {
      ASSIGN_OR_RETURN(auto page, store::list_jobs(parts_.store, filter, behind, kPage));
      // Those of `mpegflow run` have an identity, and a process of their own.
      for (store::JobRow& job : page)
        if (job.identity.empty()) open.push_back(job);
      if (std::ssize(page) < kPage) break;
      behind = store::JobCursor{page.back().created, page.back().id};
    }
  }
  std::vector<base::JobId> over;
  for (const auto& [job, running] : running_) {
    const bool is_open = std::ranges::find(open, job, &store::JobRow::id) != open.end();
    if (!is_open || running.worker->has_failed()) over.push_back(job);
  }
  for (const base::JobId& job : over) {
    ASSIGN_OR_RETURN(const auto row, store::find_job(parts_.store, job));
    finish(job, row.value_or(store::JobRow()));
  }
  std::ranges::stable_sort(open, {}, &store::JobRow::created);
  for (const store::JobRow& job : open) RETURN_IF_ERROR(look_at(job));
  return {};
}

base::Result<void> JobRunner::look_at(const store::JobRow& job) {
  const auto running = running_.find(job.id);
  ASSIGN_OR_RETURN(const auto tasks, store::list_tasks(parts_.store, job.id));
  const bool is_moving = has_work(tasks);
  if (running != running_.end()) {
    if (job.state == to_word(queue::JobState::cancelling)) running->second.worker->beat_soon();
    if (!is_moving) finish(job.id, job);
    return {};
  }
  const auto busy = std::ssize(running_);
  if (!is_moving || busy >= options_.encoders || is_stopping_) return {};
  // Alone it may have every encoder; beside others each has its share.
  return begin(job, std::max<std::int64_t>(1, options_.encoders / (busy + 1)));
}

base::Result<void> JobRunner::begin(const store::JobRow& job, std::int64_t slots) {
  const auto scratch = base::parse_file_uri(job.scratch_uri);
  if (!scratch) return {};
  const cli::WorkOrder order{job.id, *scratch, options_.lock_path, parts_.encoder.revision, slots};
  auto worker = make_local_worker(parts_, order);
  RETURN_IF_ERROR(worker->start());
  base::log(base::LogLevel::info, "job_taken_up", {{"job", job.id.value}});
  const std::scoped_lock lock(mutex_);
  running_.emplace(job.id, Running{std::move(worker), *scratch});
  return {};
}

void JobRunner::finish(const base::JobId& job, const store::JobRow& row) {
  Running ended;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = running_.find(job);
    if (found == running_.end()) return;
    ended = std::move(found->second);
    running_.erase(found);
  }
  ended.worker->stop();
  if (const auto joined = ended.worker->join(); !joined)
    base::log(base::LogLevel::warn, "worker_failed",
              {{"job", job.value}, {"what", joined.error().message}});
  // Its hidden folder is of no use to anybody once the result is elsewhere, or not wanted.
  if (row.finished &&
      upkeep::find_result(store::standing_of(row)) != upkeep::ResultPlace::objects) {
    ended.worker.reset();
    if (const auto removed = base::remove_tree(ended.scratch); !removed)
      base::log(base::LogLevel::warn, "scratch_not_removed",
                {{"job", job.value}, {"what", removed.error().message}});
  }
  base::log(base::LogLevel::info, "job_put_down", {{"job", job.value}, {"state", row.state}});
  changes_.notify();
}

}  // namespace mpegflow::app
