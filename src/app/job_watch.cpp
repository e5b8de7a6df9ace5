#include "app/job_watch.h"

#include "app/job_objects.h"
#include "base/log.h"
#include "core/queue/job_state.h"
#include "core/upkeep/garbage.h"
#include "engine/collect.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::app {
namespace {

constexpr base::Micros kTick = std::chrono::milliseconds(500);
constexpr std::int64_t kJobsPerLook = 200;

void warn(std::string_view event, const base::Error& error) {
  base::log(base::LogLevel::warn, event, {{"what", error.message}});
}

}  // namespace

JobWatch::JobWatch(store::Store& store, objects::ObjectStore& objects,
                   engine::ChangeSignal& changes, Duties duties)
    : store_(store), objects_(objects), changes_(changes), duties_(std::move(duties)) {}

JobWatch::~JobWatch() {
  stop();
}

void JobWatch::start() {
  thread_ = std::thread([this] { loop(); });
}

void JobWatch::stop() {
  is_stopping_ = true;
  changes_.notify();
  if (thread_.joinable()) thread_.join();
}

void JobWatch::note(const base::JobId& job) {
  const std::scoped_lock lock(mutex_);
  at_work_.insert(job);
}

void JobWatch::loop() {
  if (const auto found = find_left(); !found) warn("jobs_not_looked_at", found.error());
  while (!is_stopping_) {
    const std::uint64_t seen = changes_.count();
    if (const auto looked = look_for_cancels(); !looked) warn("jobs_not_looked_at", looked.error());
    if (const auto cleared = clear_finished(); !cleared) warn("jobs_not_cleared", cleared.error());
    duties_.on_tick();
    changes_.wait_beyond(seen, kTick);
  }
}

/// What an earlier server had under way, or had not cleared when it ended.
base::Result<void> JobWatch::find_left() {
  std::optional<store::JobRow> last;
  for (;;) {
    ASSIGN_OR_RETURN(const auto jobs, store::list_jobs(store_, kJobsPerLook, last));
    for (const store::JobRow& job : jobs) {
      std::error_code ignored;
      const auto folder = find_hidden_folder(job);
      if (folder && job.identity.empty() && std::filesystem::exists(*folder, ignored)) note(job.id);
    }
    if (std::ssize(jobs) < kJobsPerLook || is_stopping_) return {};
    last = jobs.back();
  }
}

base::Result<void> JobWatch::look_for_cancels() {
  store::JobFilter filter;
  filter.state = to_word(queue::JobState::cancelling);
  ASSIGN_OR_RETURN(const auto jobs, store::list_jobs(store_, filter, std::nullopt, 1));
  if (!jobs.empty()) duties_.on_cancelling();
  return {};
}

base::Result<void> JobWatch::clear_finished() {
  std::set<base::JobId> jobs;
  {
    const std::scoped_lock lock(mutex_);
    jobs = at_work_;
  }
  for (const base::JobId& job : jobs) {
    ASSIGN_OR_RETURN(const bool is_over, clear(job));
    if (!is_over) continue;
    const std::scoped_lock lock(mutex_);
    at_work_.erase(job);
  }
  return {};
}

/// Whether the job is over; then nothing is left of it that nobody needs.
base::Result<bool> JobWatch::clear(const base::JobId& id) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(store_, id));
  if (!job) return true;
  if (!job->finished) return false;
  RETURN_IF_ERROR(engine::collect_garbage(store_, objects_, id));
  const auto folder = find_hidden_folder(*job);
  if (!folder) return true;
  // What is committed may still be gone on with; the rest of the folder is of no use any more.
  const bool is_spent =
      upkeep::find_result(store::standing_of(*job)) != upkeep::ResultPlace::objects;
  RETURN_IF_ERROR(base::remove_tree(is_spent ? *folder : attempts_in(*folder)));
  base::log(base::LogLevel::info, "job_over", {{"job", id.value}, {"state", job->state}});
  return true;
}

}  // namespace mpegflow::app
