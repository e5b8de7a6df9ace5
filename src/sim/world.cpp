#include "sim/world.h"

#include <algorithm>

#include "deliver/sender.h"
#include "store/reads.h"

namespace mpegflow::sim {
namespace {

constexpr base::Micros kMostWallOffset = std::chrono::hours(1);

/// Longer than an attempt nobody hears of may still store something, by whatever clock.
base::Micros collect_grace(const Scale& scale) {
  return scale.orphan_grace + kLatestPut + 2 * kMostWallOffset + std::chrono::minutes(5);
}

/// Nobody, or one or two who want to be told of a job.
std::set<std::string> draw_endpoints(Random& random) {
  std::set<std::string> endpoints;
  for (std::int64_t i = random.between(0, 2); i > 0; --i)
    endpoints.insert(fmt::format(R"({{"url":"https://{}.example/"}})", i));
  return endpoints;
}

}  // namespace

World::World(std::uint64_t seed, const std::set<Strike>* only)
    : seed_(seed),
      context_(seed, only),
      objects_(context_, network_),
      receiver_(context_),
      machine_(context_.clock),
      invariants_(context_, objects_, [this]() -> store::Store* {
        Server* server = find_server();
        return server == nullptr ? nullptr : &server->plain();
      }) {
  context_.on_strike = [this](Fault fault, const base::TaskId& subject) {
    if (const auto state = invariants_.find_state(subject)) {
      ++context_.tally.covered[{fault, *state}];
      return;
    }
    for (const queue::TaskState state : invariants_.states())
      ++context_.tally.covered[{fault, state}];
  };
}

base::Micros World::draw_time(base::Micros least, base::Micros most) {
  return base::Micros(context_.random.between(least.count(), most.count()));
}

Server* World::find_server() {
  for (const auto& server : servers_)
    if (server->is_up()) return server.get();
  return nullptr;
}

/// One op of a server's own. Like every call it may be cut off on either side.
template <class Op>
std::optional<typename Op::Answer> World::apply(Server& server, const std::string& what, Op op) {
  const auto answer = server.execute(std::move(op));
  // A refusal is an answer: a job that is cancelled cannot be started anew, a job that was lost is
  // not found.
  const bool is_refused = !answer && (answer.error().code == base::ErrorCode::illegal_transition ||
                                      answer.error().code == base::ErrorCode::not_found);
  invariants_.saw(what, answer || is_refused ? nullptr : &answer.error());
  if (!answer) return std::nullopt;
  return *answer;
}

/// Clips on a laptop, a fleet, films: the same rules at other speeds.
void World::draw_scale() {
  Scale& scale = context_.scale;
  switch (context_.random.between(0, 9)) {
    case 0:
    case 1:
      scale.beat = std::chrono::minutes(2);
      scale.longest_task = std::chrono::minutes(40);
      break;
    case 2:
      scale.beat = std::chrono::minutes(10);
      scale.longest_task = std::chrono::hours(8);
      break;
    case 3: scale.longest_task = std::chrono::minutes(10); break;
    default: scale.longest_task = std::chrono::seconds(40);
  }
  scale.session_ttl = scale.beat * 6;
  scale.usual_trouble = draw_trouble(context_.random);
  scale.orphan_grace = scale.session_ttl * 10;
  constexpr std::array<int, 4> kPages = {12, 60, 300, 1000};
  machine_.checkpoint_pages = kPages[static_cast<std::size_t>(context_.random.between(0, 3))];
}

void World::populate() {
  const bool is_crowd = context_.random.chance(0.1);
  const std::int64_t servers = context_.random.chance(0.5) ? 1 : context_.random.between(2, 3);
  const std::int64_t workers =
      is_crowd ? context_.random.between(9, 50) : context_.random.between(1, 8);
  for (std::int64_t i = 0; i < servers; ++i)
    servers_.push_back(
        std::make_unique<Server>(context_, machine_, invariants_, static_cast<int>(i)));
  tend_servers();
  for (const store::Op& op : draw_limits(context_.random, workers))
    base::check(servers_.front()->plain().apply(op).has_value(), "limits come before accidents");
  for (std::int64_t i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<Worker>(context_, network_, invariants_, servers_, objects_,
                                                static_cast<int>(i)));
  for (auto& worker : workers_)
    actors_.push_back({{}, [this, &one = *worker] { return step_worker(one); }});
  for (auto& server : servers_)
    actors_.push_back({{}, [this, &one = *server] { return step_keeper(one); }});
  for (auto& server : servers_)
    actors_.push_back({{}, [this, &one = *server] { return step_sender(one); }});
  actors_.push_back({{}, [this] { return step_user(); }});
  actors_.push_back({{}, [this] { return step_operator(); }});
  jobs_left_ = static_cast<int>(context_.random.between(1, is_crowd ? 6 : 3));
}

base::Micros World::step_worker(Worker& one) {
  SimWorker& worker = one.worker;
  const base::Micros beat = context_.scale.beat;
  if (one.is_retired) return context_.scale.session_ttl;
  if (!worker.is_alive()) {
    worker.restart();
    return draw_time(std::chrono::milliseconds(1), beat);
  }
  context_.subject = worker.task();
  if (auto details = context_.strikes(Fault::worker_pause)) {
    const base::Micros pause = context_.scale.session_ttl * details->between(1, 100) / 10;
    worker.pause_until(context_.clock.steady() + pause);
  } else {
    const base::SessionId session = worker.session();
    worker.step();
    if (!worker.is_alive()) dead_sessions_.push_back(session);
  }
  context_.subject = {};
  if (!worker.is_alive()) return draw_time(std::chrono::milliseconds(1), 10 * beat);
  return worker.next_step() - context_.clock.steady() +
         draw_time(std::chrono::milliseconds(1), beat / 8);
}

/// As the command line does after a submit.
void World::subscribe(Server& server) {
  const auto& [job, endpoints] = subscribing_.front();
  invariants_.saw_subscription(job, endpoints, false);
  if (!apply(server, "subscribe",
             store::SetSubscriptions{job, {endpoints.begin(), endpoints.end()}}))
    return;
  invariants_.saw_subscription(job, endpoints, true);
  subscribing_.erase(subscribing_.begin());
}

base::Micros World::step_user() {
  const base::Micros soon = draw_time(std::chrono::milliseconds(1), 2 * context_.scale.beat);
  if (!submitting_ && jobs_left_ > 0) {
    submitting_ = SimJob::draw(context_);
    --jobs_left_;
  }
  Server* server = servers_[static_cast<std::size_t>(context_.random.between(
                                0, static_cast<std::int64_t>(servers_.size()) - 1))]
                       .get();
  if (!subscribing_.empty() && server->is_up()) subscribe(*server);
  if (!submitting_ || !server->is_up()) return soon;
  const auto answer = submitting_->submit(*server);
  context_.note("submit {}", submitting_->id().value);
  invariants_.add_job(submitting_->id(), submitting_->tasks());
  invariants_.saw("submit", answer ? nullptr : &answer.error());
  if (!answer || context_.strikes(Fault::lost_reply)) return soon;
  if (const auto endpoints = draw_endpoints(context_.random); !endpoints.empty())
    subscribing_.emplace_back(submitting_->id(), endpoints);
  submitting_.reset();
  return soon;
}

void World::trouble_jobs(Server& server) {
  for (const base::JobId& job : invariants_.jobs()) {
    if (context_.strikes(Fault::cancel)) apply(server, "cancel", store::CancelJob{job});
    if (context_.strikes(Fault::reprocess)) {
      apply(server, "reprocess", store::ReprocessJob{job, "again"});
      apply(server, "release held", store::ReleaseHeld{job});
    }
  }
}

void World::trouble_machine() {
  if (auto jump = context_.strikes(Fault::wall_jump))
    machine_.clock.set_wall_offset(
        base::Micros(jump->between(-kMostWallOffset.count(), kMostWallOffset.count())));
  for (auto& server : servers_) {
    if (auto pause = context_.strikes(Fault::server_pause))
      server->pause(context_.scale.session_ttl * pause->between(1, 100) / 10);
    if (context_.strikes(Fault::server_restart)) server->stop();
  }
  if (auto details = context_.strikes(Fault::failover)) fail_over(*details);
}

/// As long as that outputs of which nothing was heard are old enough to be collected, or nearly.
void World::sleep() {
  if (auto details = context_.strikes(Fault::night))
    context_.clock.advance(collect_grace(context_.scale) * details->between(5, 20) / 10);
}

base::Micros World::step_operator() {
  sleep();
  if (Server* server = find_server()) trouble_jobs(*server);
  trouble_machine();
  return draw_time(std::chrono::seconds(1), 4 * context_.scale.beat);
}

void World::sweep(Server& server) {
  const auto due = server.keeper().run_once();
  invariants_.saw("sweep", due ? nullptr : &due.error());
}

/// Death proved: the process is gone for certain, whatever of it is still under way.
void World::release_dead_sessions(Server& server) {
  std::vector<base::SessionId> left;
  for (const base::SessionId& session : dead_sessions_) {
    store::ReleaseDeadSession op;
    op.session = session;
    op.proof = kProofOfDeath;
    if (context_.random.chance(0.3) || !apply(server, "release dead", op)) left.push_back(session);
  }
  dead_sessions_ = std::move(left);
}

void World::collect(Server& server) {
  const auto answer =
      apply(server, "doom", store::DoomOutputs{{}, collect_grace(context_.scale).count()});
  if (!answer) return;
  for (const store::OutputRow& output : answer->doomed) {
    invariants_.saw_removal(output.object_key);
    if (!server.is_up() || !objects_.remove(output.object_key)) return;
    context_.tally.count("objects collected");
    if (!apply(server, "forget", store::ForgetOutput{output.object_key})) return;
  }
}

base::Micros World::step_keeper(Server& server) {
  const base::SteadyTime now = context_.clock.steady();
  if (!server.is_up()) return context_.scale.beat;
  if (now < server.paused_until) return server.paused_until - now;
  switch (context_.random.between(0, 3)) {
    case 0: release_dead_sessions(server); break;
    case 1: collect(server); break;
    default: sweep(server);
  }
  return draw_time(std::chrono::milliseconds(1), context_.scale.beat);
}

base::Micros World::step_sender(Server& server) {
  const base::SteadyTime now = context_.clock.steady();
  if (now < server.paused_until) return server.paused_until - now;
  if (server.is_up()) {
    deliver::Sender sender(server, receiver_, context_.random);
    const auto sent = sender.run_once([&server] { return !server.is_up(); });
    invariants_.saw("send", sent ? nullptr : &sent.error());
  }
  return draw_time(std::chrono::milliseconds(1), 2 * context_.scale.beat);
}

void World::restore_power() {
  for (auto& server : servers_) server->stop();
  machine_.disk.restore_power(context_.random);
  ++machine_.boots;
  machine_.clock.boot();
  invariants_.forget_silence();
  context_.note("power is back");
}

void World::tend_servers() {
  const base::SteadyTime now = context_.clock.steady();
  const auto draw_start = [&] {
    return context_.faults.is_over() ? now
                                     : now + draw_time(base::Micros(0), 10 * context_.scale.beat);
  };
  if (!machine_.disk.has_power()) {
    if (power_at_.us == 0) power_at_ = draw_start();
    if (now < power_at_) return;
    restore_power();
    power_at_ = {};
  }
  for (auto& server : servers_) {
    if (server->is_up()) continue;
    server->stop();
    const bool is_first = machine_.boots == 0 && now.us <= 1'000'000;
    if (server->up_at.us == 0) server->up_at = is_first ? now : draw_start();
    if (now < server->up_at && !context_.faults.is_over()) continue;
    server->up_at = {};
    server->start();
    invariants_.check_kept();
  }
}

/// Another machine has the disk as it was some commits ago. Who was connected is so no more.
void World::fail_over(Random& details) {
  if (!machine_.disk.has_power()) return;
  for (auto& server : servers_) server->stop();
  const std::int64_t lost = machine_.disk.fail_over(details.between(0, 12));
  context_.tally.count(lost > 0 ? "failovers that lost commits" : "failovers that lost nothing");
  context_.note("another machine takes over, {} commits are lost", lost);
  ++machine_.boots;
  machine_.clock.boot();
  invariants_.forget_silence();
  for (auto& server : servers_) server->start();
  invariants_.fail_over();
}

void World::act_next() {
  const auto next = std::ranges::min_element(actors_, {}, &Actor::next);
  context_.clock.advance_to(next->next);
  while (network_.deliver_due(context_.clock.steady())) tend_servers();
  tend_servers();
  const base::Micros pause = next->act();
  next->next = context_.clock.steady() + std::max(pause, base::Micros(1));
  tend_servers();
}

void World::live_badly(std::int64_t acts) {
  for (std::int64_t i = 0; i < acts && !invariants_.violation(); ++i) act_next();
}

bool World::is_at_rest() {
  if (submitting_ || jobs_left_ > 0 || !network_.is_empty() || find_server() == nullptr)
    return false;
  for (const auto& worker : workers_)
    if (!worker->is_retired && !worker->worker.is_idle()) return false;
  const auto states = invariants_.states();
  return std::ranges::all_of(states, [](queue::TaskState state) { return is_terminal(state); });
}

/// A lease does not outlive its holder by more than silence takes to be noticed.
void World::check_limbo() {
  for (const auto& worker : workers_) {
    if (!worker->is_retired) continue;
    const auto read =
        find_server()->plain().read([&](store::Session& session) -> base::Result<void> {
          ASSIGN_OR_RETURN(const store::Rows leases,
                           session.run("leases_of_session", {worker->worker.session().value}));
          if (!leases.empty()) invariants_.violate("I6", "a lease outlives its dead holder");
          return {};
        });
    if (!read) invariants_.violate("answer", read.error().message);
  }
}

void World::heal() {
  const auto core = static_cast<std::size_t>(context_.random.between(1, 3));
  context_.faults.end();
  context_.note("all faults end");
  jobs_left_ = 0;
  power_at_ = context_.clock.steady();
  tend_servers();
  // With one worker left its only slot must not be reserved.
  if (Server* server = find_server())
    apply(*server, "set lane", store::SetLane{"live", "cpu", {}, 0, {}, "sim"});
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->worker.pause_until({});
    workers_[i]->is_retired = i >= core;
  }
  for (Actor& actor : actors_) actor.next = context_.clock.steady();
  const Scale& scale = context_.scale;
  // Pauses are over and the last late message of the dead has arrived; then silence is noticed.
  const base::SteadyTime limbo_ends =
      context_.clock.steady() + std::chrono::minutes(10) + 18 * scale.session_ttl;
  const base::SteadyTime end =
      limbo_ends + 150 * scale.longest_task + 20 * scale.session_ttl + 3 * kMostWallOffset;
  bool is_limbo_checked = false;
  std::int64_t acts = 0;
  while (context_.clock.steady() < end && !invariants_.violation()) {
    if (!is_limbo_checked && context_.clock.steady() > limbo_ends) {
      check_limbo();
      is_limbo_checked = true;
    }
    if (acts % 4 == 0 && is_at_rest()) break;
    if (acts % 100 == 0)
      for (const base::JobId& job : invariants_.jobs())
        apply(*find_server(), "release held", store::ReleaseHeld{job});
    act_next();
    ++acts;
  }
  tell_the_rest();
  // A machine that starts again with its clock set back takes what is there for younger than it is.
  context_.clock.advance(collect_grace(scale) + 2 * kMostWallOffset + std::chrono::minutes(1));
  while (network_.deliver_due(context_.clock.steady())) {
  }
  collect(*find_server());
}

void World::tell_the_rest() {
  constexpr int kLongestPauses = 20;
  for (int i = 0; i < kLongestPauses && !invariants_.violation(); ++i) {
    Server& server = *find_server();
    step_sender(server);
    const auto next = store::find_next_delivery(server.plain());
    if (!next || !*next) return;
    context_.clock.advance(std::chrono::minutes(30));
  }
}

Outcome World::run() {
  Outcome outcome;
  outcome.seed = seed_;
  try {
    draw_scale();
    populate();
    live_badly(context_.random.between(60, 300));
    if (!invariants_.violation()) heal();
    if (!invariants_.violation()) invariants_.check_end(receiver_);
  } catch (const base::InvariantViolation& bug) {
    invariants_.violate("bug", bug.what);
  }
  outcome.violation = invariants_.violation();
  outcome.trace_hash = context_.trace.hash();
  outcome.last_lines = {context_.trace.lines().begin(), context_.trace.lines().end()};
  outcome.struck = context_.faults.struck();
  outcome.tally = context_.tally;
  outcome.tally.virtual_us = context_.clock.steady().us;
  return outcome;
}

}  // namespace mpegflow::sim
