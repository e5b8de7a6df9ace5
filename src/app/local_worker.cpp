#include "app/local_worker.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "app/parts.h"
#include "base/log.h"
#include "core/plan/raw_tasks.h"
#include "core/queue/job_state.h"
#include "core/submit/read_spec.h"
#include "core/upkeep/garbage.h"
#include "deliver/sender.h"
#include "engine/change_signal.h"
#include "engine/collect.h"
#include "engine/recover_attempts.h"
#include "engine/retire_jobs.h"
#include "keeper/keeper.h"
#include "objects/local/local_object_store.h"
#include "protocol/in_process.h"
#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "store/upkeep_reads.h"
#include "worker/host_facts.h"
#include "worker/worker.h"

namespace mpegflow::app {
namespace {

// The keeper looks at least this often, for clocks that are not ours alone.
// What is still to be sent at the end may take so long, and what is being sent then its own time.
constexpr base::Micros kSendTime = std::chrono::seconds(5);
constexpr base::Micros kKeeperPause = std::chrono::seconds(5);

bool adds_to_folder(const store::JobRow& job) {
  const auto spec = base::parse_json(job.spec, "spec");
  return spec && spec->is_object() && plan::leaves_all(submit::parse_job_spec(spec->get_object()));
}

class LocalWorkerInProcess final : public cli::LocalWorker {
 public:
  LocalWorkerInProcess(const LocalParts& parts, const cli::WorkOrder& order)
      : parts_(parts),
        order_(order),
        objects_(order.scratch / "objects"),
        protocol_(parts.store, changes_, parts.entropy),
        keeper_({order.job, base::Micros(0)}, parts.store, changes_, parts.clock),
        worker_(make_options(), {protocol_, objects_, parts.logs, parts.processes, parts.clock,
                                 parts.entropy, board_, parts.encoder, attempts(), parts.rules,
                                 worker::kNoProgress, order.show_log}),
        sender_(parts.store, parts.http, parts.entropy) {}

  ~LocalWorkerInProcess() override {
    stop();
    (void)join();
    // Nothing runs any more; also where the end was an error, no folder of an attempt stays.
    (void)base::remove_tree(attempts());
  }

  base::Result<void> start() override {
    RETURN_IF_ERROR(engine::recover_attempts(
        parts_.store, parts_.logs,
        {order_.job, store::read_boot_id(), attempts(), order_.lock_path}));
    RETURN_IF_ERROR(engine::collect_garbage(parts_.store, objects_, order_.job));
    RETURN_IF_ERROR(worker_.start());
    keeper_thread_ = std::thread([this] { keep(); });
    sender_thread_ = std::thread([this] { deliver(); });
    return {};
  }

  void stop() override {
    is_stopping_ = true;
    worker_.stop();
    changes_.notify();
  }

  base::Result<void> join() override {
    auto joined = worker_.join();
    if (keeper_thread_.joinable()) {
      is_stopping_ = true;
      changes_.notify();
      keeper_thread_.join();
      drain_until_us_ = (parts_.clock.steady() + kSendTime).us;
      changes_.notify();
      sender_thread_.join();
      const auto ended = parts_.store.execute(store::EndSession{worker_.session()});
      // The next process finds a session without a living process, and ends it.
      if (!ended)
        base::log(base::LogLevel::warn, "session_not_ended", {{"what", ended.error().message}});
    }
    return joined;
  }

  bool has_failed() const override { return worker_.has_failed(); }
  void beat_soon() override { worker_.beat_soon(); }
  std::vector<protocol::TaskProgress> progress() const override { return board_.list(); }
  void wait_for_change(base::Micros timeout) override {
    changes_.wait_beyond(seen_, timeout);
    seen_ = changes_.count();
  }

  base::Result<void> clean_up() override {
    RETURN_IF_ERROR(engine::collect_garbage(parts_.store, objects_, order_.job));
    ASSIGN_OR_RETURN(const auto job, store::find_job(parts_.store, order_.job));
    ASSIGN_OR_RETURN(const auto outputs, store::list_committed_outputs(parts_.store, order_.job));
    if (!job) return base::remove_tree(attempts());
    const queue::JobStanding standing = store::standing_of(*job);
    // What only adds to a folder takes nobody's place there.
    if (upkeep::find_result(standing) == upkeep::ResultPlace::target && !adds_to_folder(*job))
      retire_others();
    if (outputs.empty() || upkeep::find_result(standing) != upkeep::ResultPlace::objects)
      return base::remove_tree(order_.scratch);
    return base::remove_tree(attempts());
  }

 private:
  /// What they leave behind is no reason for this job to fail.
  void retire_others() {
    const auto done = engine::retire_jobs(parts_.store, parts_.logs,
                                          {order_.job, store::read_boot_id(), order_.lock_path});
    if (!done)
      base::log(base::LogLevel::warn, "jobs_not_retired", {{"what", done.error().message}});
  }

  base::Path attempts() const { return order_.scratch / "attempts"; }

  /// No task that the probe adds names a font.
  worker::Fonts find_fonts_needed() const {
    const auto tasks = store::list_tasks(parts_.store, order_.job);
    const bool names_one = tasks && std::ranges::any_of(*tasks, [](const store::TaskRow& task) {
                             return task.requirements.find("font:") != std::string::npos;
                           });
    return names_one ? worker::Fonts::asked : worker::Fonts::not_asked;
  }

  worker::WorkerOptions make_options() {
    session_ = base::SessionId(base::make_id(parts_.clock.now().us, parts_.entropy));
    worker::WorkerOptions options;
    options.session = session_;
    options.host = find_host_name();
    options.boot_id = store::read_boot_id();
    options.lock_path = order_.lock_path;
    options.only_job = order_.job;
    options.facts = worker::find_rare_facts(parts_.encoder, parts_.processes,
                                            order_.scratch / "questions", find_fonts_needed());
    options.slots = static_cast<int>(order_.slots);
    return options;
  }

  void keep() {
    while (!is_stopping_) {
      const std::uint64_t seen = changes_.count();
      base::Micros pause = kKeeperPause;
      const auto due = keeper_.run_once();
      if (!due) base::log(base::LogLevel::warn, "sweep_failed", {{"what", due.error().message}});
      // The store's clock runs beside the wall clock; a due time is a wait from now on.
      if (due && *due) {
        const base::Micros wait = **due - parts_.clock.now();
        pause = std::clamp(wait, base::Micros(1000), kKeeperPause);
      }
      changes_.wait_beyond(seen, pause);
    }
  }

  /// Sends what is due while the job runs, and at the end what is left, for so long as a drain may
  /// take. Nothing waits for it before that.
  void deliver() {
    const auto must_stop = [this] {
      const std::int64_t until = drain_until_us_;
      return until != 0 && parts_.clock.steady().us > until;
    };
    for (bool is_last = false; !is_last;) {
      is_last = drain_until_us_ != 0;
      const std::uint64_t seen = changes_.count();
      const auto due = sender_.run_once(must_stop);
      if (!due) base::log(base::LogLevel::warn, "not_sent", {{"what", due.error().message}});
      if (!is_last && drain_until_us_ == 0) changes_.wait_beyond(seen, kKeeperPause);
    }
  }

  LocalParts parts_;
  cli::WorkOrder order_;
  base::SessionId session_;
  engine::ChangeSignal changes_;
  protocol::ProgressBoard board_;
  objects::LocalObjectStore objects_;
  protocol::InProcessProtocol protocol_;
  keeper::Keeper keeper_;
  worker::Worker worker_;
  deliver::Sender sender_;
  std::thread keeper_thread_;
  std::thread sender_thread_;
  std::atomic<std::int64_t> drain_until_us_ = 0;  ///< 0 = not yet
  std::atomic<bool> is_stopping_ = false;
  std::uint64_t seen_ = 0;
};

}  // namespace

std::unique_ptr<cli::LocalWorker> make_local_worker(const LocalParts& parts,
                                                    const cli::WorkOrder& order) {
  return std::make_unique<LocalWorkerInProcess>(parts, order);
}

}  // namespace mpegflow::app
