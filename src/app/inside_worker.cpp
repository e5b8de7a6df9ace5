#include "app/inside_worker.h"

#include <condition_variable>
#include <mutex>

#include "app/job_objects.h"
#include "app/parts.h"
#include "base/log.h"
#include "core/queue/job_state.h"
#include "engine/collect.h"
#include "engine/recover_attempts.h"
#include "store/reads.h"
#include "worker/host_facts.h"

namespace mpegflow::app {

namespace {

constexpr std::int64_t kJobsPerRead = 200;
constexpr base::Micros kFirstPause = std::chrono::milliseconds(500);
constexpr base::Micros kLongestPause = std::chrono::seconds(30);

}  // namespace

/// The protocol of this process, whose claims wait where those of all workers do.
class InsideWorker::Desk final : public protocol::WorkerProtocol {
 public:
  explicit Desk(const InsideWorkerParts& parts) : parts_(parts) {}

  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override {
    auto answer = std::make_shared<Answer>();
    // A clerk may still have it when nobody waits any more, and this desk is gone.
    const auto ticket = parts_.desk.ask(request, [answer, waiters = waiters_](auto given) {
      const std::scoped_lock lock(waiters->mutex);
      answer->given = std::move(given);
      answer->is_there = true;
      waiters->answered.notify_all();
    });
    std::unique_lock lock(waiters_->mutex);
    waiters_->answered.wait(lock, [&] { return answer->is_there || waiters_->is_over; });
    if (!answer->is_there) {
      lock.unlock();
      parts_.desk.withdraw(ticket);
      return std::vector<protocol::Assignment>{};
    }
    return noted(std::move(answer->given));
  }
  void end_waiting() override {
    const std::scoped_lock lock(waiters_->mutex);
    waiters_->is_over = true;
    waiters_->answered.notify_all();
  }
  base::Result<protocol::RegisterAnswer> register_session(
      const protocol::RegisterRequest& request) override {
    return parts_.protocol.register_session(request);
  }
  base::Result<protocol::HeartbeatAnswer> heartbeat(
      const protocol::HeartbeatRequest& request) override {
    return parts_.protocol.heartbeat(request);
  }
  base::Result<void> stage(const protocol::StageRequest& request) override {
    return parts_.protocol.stage(request);
  }
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest& request) override {
    return noted(parts_.protocol.commit(request));
  }
  base::Result<protocol::TaskAnswer> report(const protocol::ReportRequest& request) override {
    return noted(parts_.protocol.report(request));
  }
  base::Result<protocol::TaskAnswer> released(const protocol::ReleaseRequest& request) override {
    return parts_.protocol.released(request);
  }

 private:
  struct Answer {
    base::Result<std::vector<protocol::Assignment>> given;
    bool is_there = false;
  };

  base::Result<std::vector<protocol::Assignment>> noted(
      base::Result<std::vector<protocol::Assignment>> given) {
    if (given)
      for (const protocol::Assignment& assignment : *given) parts_.on_job(assignment.job);
    return given;
  }
  base::Result<protocol::TaskAnswer> noted(base::Result<protocol::TaskAnswer> answer) {
    if (answer)
      for (const protocol::Assignment& assignment : answer->next) parts_.on_job(assignment.job);
    return answer;
  }

  struct Waiters {
    std::mutex mutex;
    std::condition_variable answered;
    bool is_over = false;
  };

  const InsideWorkerParts& parts_;
  const std::shared_ptr<Waiters> waiters_ = std::make_shared<Waiters>();
};

InsideWorker::InsideWorker(InsideWorkerOptions options, const InsideWorkerParts& parts)
    : options_(std::move(options)), parts_(parts) {}

InsideWorker::~InsideWorker() {
  stop();
}

base::Result<void> InsideWorker::start() {
  RETURN_IF_ERROR(recover());
  return begin();
}

void InsideWorker::tend() {
  if (is_given_up_ || (worker_ && !worker_->has_failed())) return;
  const base::SteadyTime now = parts_.local.clock.steady();
  if (now < next_try_) return;
  end();
  const auto begun = start();
  if (!begun) {
    end();
    if (is_given_up_) return;
    pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
    next_try_ = parts_.local.clock.steady() + pause_;
    base::log(base::LogLevel::warn, "worker_not_begun", {{"what", begun.error().message}});
  } else {
    pause_ = base::Micros(0);
  }
  const std::scoped_lock lock(mutex_);
  trouble_ = begun ? std::string() : begun.error().message;
}

std::string InsideWorker::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_;
}

void InsideWorker::beat_soon() {
  if (worker_) worker_->beat_soon();
}

void InsideWorker::stop() {
  end();
}

/// What the server before this one had under way is given back, with its logs as evidence.
base::Result<void> InsideWorker::recover() {
  store::Store& store = parts_.local.store;
  for (const queue::JobState state :
       {queue::JobState::cancelling, queue::JobState::running, queue::JobState::queued}) {
    store::JobFilter filter;
    filter.state = to_word(state);
    std::optional<store::JobCursor> behind;
    for (;;) {
      ASSIGN_OR_RETURN(const auto page, store::list_jobs(store, filter, behind, kJobsPerRead));
      for (const store::JobRow& job : page) {
        const auto folder = find_hidden_folder(job);
        if (!folder || !job.identity.empty()) continue;
        RETURN_IF_ERROR(
            engine::recover_attempts(store, parts_.local.logs,
                                     {job.id, store::read_boot_id(), attempts_in(*folder),
                                      options_.lock_path, find_host_name()}));
        RETURN_IF_ERROR(engine::collect_garbage(store, parts_.objects, job.id));
      }
      if (std::ssize(page) < kJobsPerRead) break;
      behind = store::JobCursor{page.back().created, page.back().id};
    }
  }
  return {};
}

base::Result<void> InsideWorker::begin() {
  desk_ = std::make_unique<Desk>(parts_);
  const LocalParts& local = parts_.local;
  worker::WorkerOptions options;
  options.session = base::SessionId(base::make_id(local.clock.now().us, local.entropy));
  options.host = find_host_name();
  options.boot_id = store::read_boot_id();
  options.lock_path = options_.lock_path;
  options.pools = options_.pools;
  options.slots = options_.slots;
  options.waits_for_server = true;
  options.facts = worker::find_host_facts(local.encoder, local.processes,
                                          base::Path(options_.lock_path).parent_path());
  worker_ = std::make_unique<worker::Worker>(options, worker::Services{*desk_,
                                                                       parts_.objects,
                                                                       local.logs,
                                                                       local.processes,
                                                                       local.clock,
                                                                       local.entropy,
                                                                       parts_.board,
                                                                       local.encoder,
                                                                       {},
                                                                       local.rules});
  if (is_given_up_) return base::fail(base::ErrorCode::interrupted, "the server is ending");
  return worker_->start();
}

void InsideWorker::end() {
  if (!worker_) return;
  worker_->stop();
  if (const auto joined = worker_->join(); !joined)
    base::log(base::LogLevel::warn, "worker_failed", {{"what", joined.error().message}});
  protocol::HeartbeatRequest last{worker_->session(), {}};
  last.is_last = true;
  // The next process finds a session without a living process, and ends it.
  if (const auto ended = parts_.protocol.heartbeat(last); !ended)
    base::log(base::LogLevel::warn, "session_not_ended", {{"what", ended.error().message}});
  worker_.reset();
}

}  // namespace mpegflow::app
