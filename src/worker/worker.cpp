#include "worker/worker.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/room.h"
#include "core/lease/self_lease.h"
#include "worker/run_task.h"
#include "worker/ship_leftovers.h"

namespace mpegflow::worker {
namespace {

// How long one claim call may wait for a task; a stop ends the wait.
constexpr base::Micros kClaimWait = std::chrono::seconds(20);
// How long a worker that gets no tasks waits before it asks again.
constexpr base::Micros kQuarantineWait = std::chrono::seconds(20);
// How long a worker whose server does not answer waits before it asks again.
constexpr base::Micros kUnreachableWait = std::chrono::seconds(1);
// How long a worker whose disk is full waits before it looks again.
constexpr base::Micros kRoomWait = std::chrono::seconds(2);
// How long what a wanted log gets is gathered before it is sent.
constexpr base::Micros kLogWait = std::chrono::seconds(1);

}  // namespace

struct Worker::State {
  WorkerOptions options;
  Services services;
  InputFiles inputs;
  LogSender logs;
  std::atomic<bool> is_stopping = false;
  std::atomic<bool> is_draining = false;
  std::atomic<int> busy_slots = 0;
  std::atomic<bool> is_short_of_room = false;
  bool must_beat = false;  ///< guarded by `mutex`

  std::mutex registering;  ///< taken before `mutex`
  std::mutex mutex;
  base::SessionId session;  ///< guarded by `mutex`
  lease::SelfLease terms;   ///< guarded by `mutex`
  base::SteadyTime heard;   ///< when the last heartbeat that was answered was sent; `mutex`
  std::condition_variable stopped;
  /// By claim, not by task: one that was superseded may still be running beside its successor.
  std::map<base::ClaimId, std::pair<protocol::Claim, process::StopSignal*>> running;
  std::optional<base::Error> failure;
  std::vector<std::thread> threads;
  bool is_unheard = false;  ///< of the heartbeat thread

  State(WorkerOptions made_options, Services made_services)
      : options(std::move(made_options)),
        services(std::move(made_services)),
        inputs(options.fetch_input),
        logs(services.scratch, options.send_log),
        session(options.session) {}

  base::SessionId present_session() {
    const std::scoped_lock lock(mutex);
    return session;
  }

  base::Result<void> register_session(const base::SessionId& id) {
    protocol::RegisterRequest request;
    request.session = id;
    request.host = options.host;
    request.boot_id = options.boot_id;
    request.pid = getpid();
    request.lock_path = options.lock_path;
    request.pools = options.pools;
    request.slots = options.slots;
    request.encoder = services.encoder.revision;
    request.facts = options.facts;
    if (options.note_session) RETURN_IF_ERROR(options.note_session(id));
    request.ended = std::exchange(options.ended, {});
    const base::SteadyTime sent = services.clock.steady();
    const auto answer = services.protocol.register_session(request);
    if (!answer) {
      options.ended = std::move(request.ended);
      return tl::unexpected(answer.error());
    }
    const std::scoped_lock lock(mutex);
    terms = {answer->session_ttl, answer->orphan_grace};
    if (answer->heartbeat.count() > 0) options.heartbeat = answer->heartbeat;
    session = id;
    // What ran under another session goes on when a heartbeat says that its claims still stand.
    heard = std::max(heard, sent);
    return {};
  }

  /// With `mutex` held: of what runs, that of which the heartbeat spoke may go on for a while.
  void note_contact(const protocol::HeartbeatRequest& beat, base::SteadyTime sent) {
    heard = std::max(heard, sent);
    for (const auto& spoken_of : beat.running) {
      const auto found = running.find(spoken_of.claim.id);
      if (found == running.end() || found->second.second->is_triggered()) continue;
      found->second.second->allow_until(lease::end_of_lease(terms, sent));
    }
  }

  /// The session was taken for dead. What runs goes on, for its claims may still stand; new ones
  /// need a new session. Of several slots that find out one registers.
  base::Result<void> register_anew(const base::SessionId& ended) {
    const std::scoped_lock one_at_a_time(registering);
    if (present_session() != ended) return {};
    const base::SessionId id(base::make_id(services.clock.now().us, services.entropy));
    RETURN_IF_ERROR(register_session(id));
    base::log(base::LogLevel::warn, "session_registered_anew", {{"ended", ended.value}});
    return {};
  }

  void wait_in_quarantine(const base::Error& why) {
    base::log(base::LogLevel::warn, "no_tasks_for_this_host", {{"why", why.message}});
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, kQuarantineWait, [&] { return is_over(); });
  }

  /// What a refused claim asks of the worker; false: it cannot go on.
  bool go_on_after(const base::Error& error, const base::SessionId& used) {
    if (error.code == base::ErrorCode::quarantined) {
      wait_in_quarantine(error);
      return true;
    }
    if (error.code == base::ErrorCode::superseded) {
      const auto registered = register_anew(used);
      if (registered || is_worth_waiting(registered.error())) return true;
      fail(registered.error());
      return false;
    }
    if (is_worth_waiting(error)) {
      std::unique_lock lock(mutex);
      stopped.wait_for(lock, kUnreachableWait, [&] { return is_over(); });
      return true;
    }
    if (error.code == base::ErrorCode::interrupted) return true;
    fail(error);
    return false;
  }

  bool is_worth_waiting(const base::Error& error) const {
    return options.waits_for_server && error.code == base::ErrorCode::store_failed;
  }

  /// No more is claimed.
  bool is_over() const { return is_stopping || is_draining; }

  void fail(const base::Error& error) {
    {
      const std::scoped_lock lock(mutex);
      if (!failure) failure = error;
    }
    stop();
  }

  void stop() {
    is_stopping = true;
    inputs.stop();
    services.protocol.end_waiting();
    const std::scoped_lock lock(mutex);
    for (auto& [id, entry] : running) entry.second->trigger();
    stopped.notify_all();
  }

  void drain() {
    is_draining = true;
    services.protocol.end_waiting();
    beat_soon();
  }

  void beat_soon() {
    {
      const std::scoped_lock lock(mutex);
      must_beat = true;
    }
    stopped.notify_all();
  }

  /// Does it and gives what was claimed along with its end.
  std::vector<protocol::Assignment> run_one(const protocol::Assignment& assignment) {
    process::StopSignal signal;
    {
      const std::scoped_lock lock(mutex);
      // Claims end with their session: what was claimed under one that is over by now, because the
      // answer was long under way or this process stood still, may be somebody else's.
      if (assignment.session != session) return {};
      running.emplace(assignment.claim.id, std::pair(assignment.claim, &signal));
      signal.allow_until(lease::end_of_lease(terms, heard));
      if (is_stopping) signal.trigger();
    }
    FollowUp follow_up{[this] { return make_next_claim(); }, {}};
    const auto done = run_task(services, assignment, signal, inputs, &follow_up);
    {
      const std::scoped_lock lock(mutex);
      running.erase(assignment.claim.id);
    }
    if (!done) fail(done.error());
    return std::move(follow_up.given);
  }

  protocol::ClaimRequest make_claim() {
    protocol::ClaimRequest request;
    request.request = base::RequestId(base::make_id(services.clock.now().us, services.entropy));
    request.session = present_session();
    request.pools = options.pools;
    request.only_job = options.only_job;
    request.free_scratch_bytes = find_free_scratch();
    return request;
  }

  std::optional<protocol::ClaimRequest> make_next_claim() {
    return is_over() || !has_room() ? std::nullopt : std::optional(make_claim());
  }

  /// What is to be left free is not there for tasks.
  std::optional<std::int64_t> find_free_scratch() const {
    const auto room = base::find_room(services.scratch);
    if (!room) return std::nullopt;
    return std::max<std::int64_t>(room->free_bytes - options.min_free_bytes, 0);
  }

  /// Where the disk cannot be looked at, the attempt finds out.
  bool has_room() const {
    if (options.min_free_bytes == 0) return true;
    const auto room = base::find_room(services.scratch);
    return !room || room->free_bytes >= options.min_free_bytes;
  }

  void wait_for_room() {
    if (!is_short_of_room.exchange(true)) {
      base::log(base::LogLevel::warn, "no_tasks_without_room",
                {{"folder", services.scratch.native()},
                 {"wanted_bytes", std::to_string(options.min_free_bytes)}});
      beat_soon();
    }
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, kRoomWait, [&] { return is_over(); });
  }

  void slot_loop() {
    std::optional<protocol::ClaimRequest> request;
    while (!is_over()) {
      if (!request && !has_room()) {
        wait_for_room();
        continue;
      }
      if (is_short_of_room.exchange(false)) {
        base::log(base::LogLevel::info, "room_again", {{"folder", services.scratch.native()}});
        beat_soon();
      }
      // The same again after an answer that did not come: it may have been granted already.
      if (!request || request->session != present_session()) request = make_claim();
      else request->is_again = true;
      request->wait = kClaimWait;
      const auto assignments = services.protocol.claim(*request);
      if (!assignments) {
        if (!go_on_after(assignments.error(), request->session)) return;
        continue;
      }
      request.reset();
      run_in_turn(*assignments);
    }
  }

  /// What was claimed is done, or given back, whatever comes.
  void run_in_turn(std::vector<protocol::Assignment> assignments) {
    while (!assignments.empty()) {
      ++busy_slots;
      std::vector<protocol::Assignment> next;
      for (const protocol::Assignment& assignment : assignments)
        std::ranges::move(run_one(assignment), std::back_inserter(next));
      --busy_slots;
      assignments = std::move(next);
    }
  }

  /// A bug must not take the process with it: the other slots give their claims back first.
  void guarded(const std::function<void()>& loop) {
    try {
      loop();
    } catch (const base::InvariantViolation& violation) {
      fail({base::ErrorCode::internal, "bug: " + violation.what});
    } catch (const std::exception& exception) {
      fail({base::ErrorCode::internal, std::string("bug: ") + exception.what()});
    }
  }

  /// Owns the heartbeats: what the server says of each claim comes back here.
  void heartbeat_loop() {
    std::unique_lock lock(mutex);
    while (!is_stopping) {
      stopped.wait_for(lock, pause_before_beat(), [&] { return is_stopping.load() || must_beat; });
      if (is_stopping) return;
      must_beat = false;
      protocol::HeartbeatRequest beat{session, {}};
      for (const auto& [id, entry] : running) beat.running.push_back({entry.first, {}});
      beat.progress = services.board.list();
      beat.pause = find_pause();
      lock.unlock();
      const base::SteadyTime sent = services.clock.steady();
      const auto answer = services.protocol.heartbeat(beat);
      if (answer && answer->must_drain && !is_draining) drain();
      if (answer && !answer->session_known) (void)register_anew(beat.session);
      if (answer) logs.want(answer->wanted_logs);
      lock.lock();
      if (answer && !answer->wanted_logs.empty()) stopped.notify_all();
      if (answer) heed(beat, *answer, sent);
      else base::log(base::LogLevel::warn, "heartbeat_failed", {{"what", answer.error().message}});
      is_unheard = !answer.has_value();
      if (lease::judge_self_lease(terms, heard, services.clock.steady()) ==
          lease::SelfLeaseState::over)
        for (auto& [id, entry] : running) entry.second->trigger();
    }
  }

  /// Of its own thread, for a heartbeat waits for nothing that may be long under way.
  void log_loop() {
    std::unique_lock lock(mutex);
    while (!is_stopping) {
      stopped.wait(lock, [&] { return is_stopping || logs.is_wanted(); });
      lock.unlock();
      if (!is_stopping) logs.run_once();
      lock.lock();
      stopped.wait_for(lock, kLogWait, [&] { return is_stopping.load(); });
    }
  }

  queue::Pause find_pause() const {
    if (is_draining) return queue::Pause::draining;
    return is_short_of_room ? queue::Pause::disk_full : queue::Pause::none;
  }

  /// With `mutex` held. A heartbeat that got no answer is followed by the next one soon.
  base::Micros pause_before_beat() const {
    return is_unheard ? std::min<base::Micros>(options.heartbeat, kUnreachableWait)
                      : options.heartbeat;
  }

  /// With `mutex` held: first who must stop, then who may go on.
  void heed(const protocol::HeartbeatRequest& beat, const protocol::HeartbeatAnswer& answer,
            base::SteadyTime sent) {
    for (const auto* claims : {&answer.superseded, &answer.cancelling})
      for (const protocol::Claim& claim : *claims) stop_claim(claim);
    // Nobody has taken it over yet, but where silence is judged somebody may at any moment.
    if (terms.ttl.count() > 0)
      for (const protocol::Claim& claim : answer.expired) stop_claim(claim);
    note_contact(beat, sent);
  }

  /// With `mutex` held.
  void stop_claim(const protocol::Claim& claim) {
    const auto found = running.find(claim.id);
    if (found != running.end()) found->second.second->trigger();
  }
};

Worker::Worker(WorkerOptions options, Services services)
    : state_(std::make_unique<State>(std::move(options), std::move(services))) {}

Worker::~Worker() {
  stop();
  (void)join();
}

base::Result<void> Worker::start() {
  RETURN_IF_ERROR(
      ship_leftovers(state_->services.logs, state_->services.scratch).map([](std::int64_t) {}));
  RETURN_IF_ERROR(state_->register_session(state_->options.session));
  for (int slot = 0; slot < state_->options.slots; ++slot)
    state_->threads.emplace_back(
        [state = state_.get()] { state->guarded([state] { state->slot_loop(); }); });
  state_->threads.emplace_back(
      [state = state_.get()] { state->guarded([state] { state->heartbeat_loop(); }); });
  if (state_->options.send_log)
    state_->threads.emplace_back(
        [state = state_.get()] { state->guarded([state] { state->log_loop(); }); });
  return {};
}

void Worker::stop() {
  state_->stop();
}

void Worker::drain() {
  state_->drain();
}

bool Worker::is_idle() const {
  return state_->busy_slots == 0;
}

bool Worker::is_draining() const {
  return state_->is_draining;
}

void Worker::beat_soon() {
  state_->beat_soon();
}

base::SessionId Worker::session() const {
  return state_->present_session();
}

bool Worker::has_failed() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->failure.has_value();
}

base::Result<void> Worker::join() {
  for (std::thread& thread : state_->threads) thread.join();
  state_->threads.clear();
  if (state_->failure) return tl::unexpected(*state_->failure);
  return {};
}

}  // namespace mpegflow::worker
