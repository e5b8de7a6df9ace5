#include "app/worker.h"

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include <poll.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/notice_watch.h"
#include "app/past_sessions.h"
#include "app/stop_request.h"
#include "base/log.h"
#include "cli/user_rules_file.h"
#include "engine/run_lock.h"
#include "protocol/http/http_protocol.h"
#include "protocol/http/input_cache.h"
#include "protocol/http/worker_objects.h"
#include "protocol/report_spool.h"
#include "worker/capabilities.h"
#include "worker/host_facts.h"
#include "worker/worker.h"

namespace mpegflow::app {
namespace {

constexpr int kStopPollMs = 100;
constexpr base::Micros kAskAgain = std::chrono::seconds(1);
// For what a stop has ended to be written down, its log with it.
constexpr base::Micros kStopTime = std::chrono::seconds(10);

void wait_a_poll() {
  poll(nullptr, 0, kStopPollMs);
}

bool is_unreachable(const base::Error& error) {
  return error.code == base::ErrorCode::store_failed;
}

/// Where a worker keeps what must outlive it.
struct Home {
  base::Path folder;

  base::Path lock() const { return folder / "worker.lock"; }
  base::Path attempts() const { return folder / "attempts"; }
  base::Path inputs() const { return folder / "inputs"; }
  base::Path reports() const { return folder / "reports"; }
  base::Path sessions() const { return folder / "sessions"; }
};

/// One worker process: the loop, and what it reaches its server with.
class RemoteWorker {
 public:
  RemoteWorker(const Home& home, const cli::WorkerOrder& order, int slots,
               const worker::Encoder& encoder, std::vector<retry::UserRule> rules,
               process::ProcessRunner& processes, Parts& parts)
      : home_(home),
        order_(order),
        clock_(parts.clock()),
        http_({order.server, order.token, std::chrono::seconds(10), std::chrono::seconds(10),
               std::chrono::hours(1), &is_cut_off_},
              parts.http(), clock_),
        spool_({home.reports()}, http_, clock_),
        files_({order.server, order.token, [this] { return present_session(); },
                std::chrono::hours(1), std::chrono::seconds(30), &is_cut_off_},
               parts.http(), clock_),
        objects_(files_),
        logs_(files_),
        inputs_({home.inputs()}, files_, clock_),
        past_(home.sessions(), home.attempts()) {
    worker::WorkerOptions options;
    options.session = base::SessionId(base::make_id(clock_.now().us, parts.entropy()));
    options.host = find_host_name();
    options.boot_id = store::read_boot_id();
    options.lock_path = home.lock();
    options.pools = order.pools;
    options.slots = slots;
    options.waits_for_server = true;
    options.min_free_bytes = order.min_free_bytes;
    options.facts = worker::find_host_facts(encoder, processes, home.folder);
    options.fetch_input = [this](const auto& input) -> base::Result<worker::InputFiles::Copy> {
      return inputs_.fetch(input).map([](const protocol::InputCache::Copy& copy) {
        return worker::InputFiles::Copy{copy.path, copy.sha256};
      });
    };
    options.send_log = [this](const auto& claim, std::int64_t from, std::string_view piece) {
      return files_.send_log(claim, from, piece);
    };
    options.note_session = [this](const base::SessionId& id) { return past_.note(id); };
    options_ = std::move(options);
    services_ = std::make_unique<worker::Services>(
        worker::Services{spool_, objects_, logs_, processes, clock_, parts.entropy(), board_,
                         encoder, home.attempts(), std::move(rules)});
  }

  base::Result<void> run() {
    RETURN_IF_ERROR(begin());
    if (!worker_) return {};
    base::log(base::LogLevel::info, "worker_ready",
              {{"server", order_.server},
               {"session", worker_->session().value},
               {"host", options_.host},
               {"pools", fmt::format("{}", fmt::join(options_.pools, ","))},
               {"slots", std::to_string(options_.slots)}});
    std::thread reports([this] { send_reports(); });
    const NoticeWatch notice(order_.notice_command);
    while (count_stop_signals() == 0 && !notice.is_given() && !worker_->has_failed() &&
           !worker_->is_draining())
      wait_a_poll();
    drain(notice);
    auto ended = end();
    are_reports_over_ = true;
    reports.join();
    leave();
    return ended;
  }

 private:
  base::SessionId present_session() const {
    return worker_ ? worker_->session() : options_.session;
  }

  /// Until the server is there; no worker if a stop was asked for before.
  base::Result<void> begin() {
    std::thread cut([this] {
      while (!is_begun_ && count_stop_signals() == 0) wait_a_poll();
      if (!is_begun_) is_cut_off_ = true;
    });
    auto begun = try_to_begin();
    is_begun_ = true;
    cut.join();
    if (!begun && count_stop_signals() > 0) {
      worker_.reset();
      return {};
    }
    is_cut_off_ = false;
    return begun;
  }

  base::Result<void> try_to_begin() {
    // Before the claims of a worker before this one are given back: what it has finished is done.
    (void)spool_.send_again();
    ASSIGN_OR_RETURN(options_.ended, past_.close(logs_));
    worker_ = std::make_unique<worker::Worker>(options_, *services_);
    for (bool is_first = true;; is_first = false) {
      auto started = worker_->start();
      if (started) {
        past_.forget();
        return {};
      }
      if (!is_unreachable(started.error()) || count_stop_signals() > 0) return started;
      if (is_first)
        base::log(base::LogLevel::warn, "server_not_reached", {{"what", started.error().message}});
      for (base::Micros waited{0}; waited < kAskAgain && count_stop_signals() == 0;
           waited += std::chrono::milliseconds(kStopPollMs))
        wait_a_poll();
    }
  }

  /// Reports that the server has not heard go there as soon as it answers.
  void send_reports() {
    int polls = 0;
    while (!are_reports_over_) {
      wait_a_poll();
      if (++polls % 10 == 0 && spool_.count_waiting() > 0) (void)spool_.send_again();
    }
  }

  std::string find_drain_reason(const NoticeWatch& notice) const {
    if (count_stop_signals() > 0) return "signal";
    return notice.is_given() ? "notice" : "server";
  }

  void drain(const NoticeWatch& notice) {
    if (worker_->has_failed()) return;
    base::log(base::LogLevel::info, "draining",
              {{"session", worker_->session().value}, {"asked_by", find_drain_reason(notice)}});
    worker_->drain();
    std::optional<base::SteadyTime> until;  // the server asks for it without hurry
    while (!worker_->is_idle() && !worker_->has_failed() && count_stop_signals() < 2) {
      const bool is_urgent = count_stop_signals() > 0 || notice.is_given();
      if (is_urgent && !until) until = clock_.steady() + order_.drain_time;
      if (until && clock_.steady() > *until) return;
      wait_a_poll();
    }
  }

  base::Result<void> end() {
    worker_->stop();
    const base::SteadyTime until = clock_.steady() + kStopTime;
    while (!worker_->is_idle() && clock_.steady() < until) wait_a_poll();
    is_cut_off_ = true;  // what still waits for the server waits no more
    return worker_->join();
  }

  /// Tells the server that the session is over. If it does not hear, the next start tells it.
  void leave() {
    is_cut_off_ = false;
    if (spool_.count_waiting() > 0) (void)spool_.send_again();
    protocol::HeartbeatRequest last{worker_->session(), {}};
    last.is_last = true;
    const auto heard = spool_.heartbeat(last);
    if (heard) past_.forget_all();
    base::log(heard ? base::LogLevel::info : base::LogLevel::warn,
              heard ? "worker_ended" : "session_not_ended",
              {{"session", worker_->session().value},
               {"reports_kept", std::to_string(spool_.count_waiting())}});
  }

  const Home& home_;
  const cli::WorkerOrder& order_;
  const base::Clock& clock_;
  std::atomic<bool> is_cut_off_ = false;  ///< true: nothing waits for the server any more
  std::atomic<bool> is_begun_ = false;
  std::atomic<bool> are_reports_over_ = false;
  protocol::HttpProtocol http_;
  protocol::ReportSpool spool_;
  protocol::WorkerFiles files_;
  protocol::HttpObjectStore objects_;
  protocol::HttpLogStore logs_;
  protocol::InputCache inputs_;
  protocol::ProgressBoard board_;
  PastSessions past_;
  worker::WorkerOptions options_;
  std::unique_ptr<worker::Services> services_;
  std::unique_ptr<worker::Worker> worker_;
};

}  // namespace

base::Result<void> work(const cli::Config& config, const cli::Environment& environment,
                        const cli::WorkerOrder& order, Parts& parts) {
  const Home home{config.state_path() / "worker"};
  ASSIGN_OR_RETURN(const base::UniqueFd lock,
                   engine::take_run_lock(
                       home.lock(), fmt::format("a worker works in {}", home.folder.native())));
  ASSIGN_OR_RETURN(const worker::Encoder* encoder, parts.find_encoder(config, environment));
  ASSIGN_OR_RETURN(auto rules, cli::read_user_rules_file(config.rules.text));
  // Guards end them when their worker dies; one that stands still does not.
  RETURN_IF_ERROR(end_processes_of(home.attempts()));
  RETURN_IF_ERROR(base::remove_tree(home.inputs()));
  catch_drain_signals();
  RemoteWorker worker(home, order, static_cast<int>(config.encoders_at_once()), *encoder,
                      std::move(rules), parts.processes(config), parts);
  return worker.run();
}

}  // namespace mpegflow::app
