#include "sim/explorer.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "core/retry/finding.h"
#include "sim/invariants.h"

namespace mpegflow::sim {
namespace {

constexpr std::int64_t kSessionTtl = kTick.count() * 9 / 10;
constexpr std::int64_t kUnknownGrace = kTick.count() * 3 / 2;
constexpr std::int64_t kCollectGrace = kTick.count() * 5 / 2;
constexpr int kPatience = 2;  // ticks after which a worker gives up storing its outputs
const base::JobId kJob("00000000000000000000thejob");
const std::array<base::TaskId, 2> kTasks = {base::TaskId("first"), base::TaskId("second")};

enum class Call { enroll, claim, beat, stage, commit, report, reject, release };
constexpr std::array<std::string_view, 8> kCalls = {"enroll", "claim",  "beat",   "stage",
                                                    "commit", "report", "reject", "release"};
enum class Phase { out, idle, working, staged, stored, ending };

struct Attempt {
  store::Claim claim;
  bool operator==(const Attempt&) const = default;
  bool is_none() const { return claim.task.empty(); }
  /// The first task has an output, the second none.
  bool has_output() const { return claim.task == kTasks[0]; }
  std::string output() const { return fmt::format("{}-{}", claim.fence, claim.id.value); }
};

struct Message {
  Call call = Call::enroll;
  int worker = 0, life = 0, grants = 0;
  Attempt attempt;

  std::string name() const {
    return fmt::format("{}/{}.{}.{}/{}.{}.{}", kCalls[static_cast<std::size_t>(call)], worker, life,
                       grants, attempt.claim.task.value, attempt.claim.fence,
                       attempt.claim.id.value);
  }
  base::SessionId session() const { return base::SessionId(fmt::format("w{}.{}", worker, life)); }
  base::RequestId request() const { return base::RequestId(name()); }
  store::Op op() const;
};

struct Worker {
  bool is_alive = true;
  Phase phase = Phase::out;
  Call ending = Call::commit;
  int life = 0, grants = 0, silence = 0;
  Attempt attempt;

  std::string text() const {
    return fmt::format("{}{}{}.{}.{}.{}/{}.{}", is_alive, static_cast<int>(phase),
                       static_cast<int>(ending), life, grants, silence, attempt.claim.task.value,
                       attempt.output());
  }
};

struct State {
  StoreStates::Id store = 0;
  std::array<Worker, 2> workers;
  std::array<std::vector<std::string>, 2> removals;  ///< by server: doomed keys under its hands
  std::vector<Message> late;
  std::set<std::string> objects;
  int faults = 0, ticks = 0, cancels = 0, reprocesses = 0;

  std::string text() const {
    std::string text = fmt::format("{} {}{}{}{}", store, faults, ticks, cancels, reprocesses);
    for (const Worker& worker : workers) text += " " + worker.text();
    for (const auto& keys : removals) text += fmt::format(" [{}]", fmt::join(keys, ","));
    std::vector<std::string> names;
    for (const Message& message : late) names.push_back(message.name());
    std::ranges::sort(names);
    text += fmt::format(" {} {}", fmt::join(names, ","), fmt::join(objects, ","));
    return text;
  }
};

store::Op Message::op() const {
  const auto running = [&] {
    std::vector<store::Heartbeat::Running> claims;
    if (!attempt.is_none()) claims.push_back({attempt.claim, std::nullopt});
    return claims;
  };
  switch (call) {
    case Call::enroll: {
      store::RegisterSession op;
      op.session.id = session();
      op.session.host = fmt::format("host{}", worker);
      op.session.boot_id = "boot";
      return op;
    }
    case Call::claim: return store::ClaimTasks{request(), session(), {"cpu"}, {}, 1};
    case Call::beat: return store::Heartbeat{session(), running(), kUnknownGrace};
    case Call::stage: {
      store::OutputRow row;
      row.object_key = row.name = attempt.output();
      return store::StageOutputs{attempt.claim, {row}};
    }
    case Call::commit: {
      store::CommitAttempt op;
      op.request = request();
      op.claim = attempt.claim;
      op.record = op.result = "{}";
      if (attempt.has_output()) op.outputs = {attempt.output()};
      return op;
    }
    case Call::report:
      return store::ReportFailure{
          request(), attempt.claim, retry::make_finding("unrecognised", "here"), "{}", {}, 0};
    case Call::reject:
      return store::ReportFailure{
          request(), attempt.claim, retry::make_finding("stream_missing", "here"), "{}", {}, 0};
    case Call::release: return store::ReleaseClaim{request(), attempt.claim, "drain", "{}"};
  }
  return store::Sweep{};
}

store::SubmitJob make_job() {
  store::SubmitJob op;
  op.job.id = kJob;
  op.job.tenant = "one";
  op.job.lane = "vod";
  op.job.delivery = "none";
  op.job.spec = "{}";
  for (std::size_t i = 0; i < kTasks.size(); ++i) {
    store::NewTask task;
    task.id = kTasks[i];
    task.key = kTasks[i].value;
    task.kind = queue::TaskKind::encode;
    task.policy = R"({"lost":{"max":2},"transient":{"base_us":1,"cap_us":1,"max":1}})";
    if (i > 0) task.needs = {kTasks[0]};
    op.tasks.push_back(task);
  }
  return op;
}

class Explorer {
 public:
  explicit Explorer(const ExplorerLimits& limits) : limits_(limits), states_(make_job()) {}

  Explored run() {
    add({}, "");
    while (!open_.empty() && seen_.size() < limits_.states && !violation()) {
      const auto [state, index] = std::move(open_.front());
      open_.pop_front();
      from_ = index;
      expand(state);
    }
    explored_.is_complete = open_.empty();
    explored_.states = seen_.size();
    explored_.store_states = states_.size();
    explored_.ops_run = states_.ops_run();
    explored_.violation = violation();
    if (explored_.violation) explored_.how = tell(trail_.size() - 1);
    return explored_;
  }

 private:
  struct Trail {
    std::size_t from = 0, depth = 0;
    std::string action;
  };

  std::optional<std::string> violation() const {
    return violation_ ? violation_ : states_.violation();
  }
  void violate(const std::string& what) {
    if (!violation_) violation_ = what;
  }

  static std::pair<std::uint64_t, std::uint64_t> hash(std::string_view text) {
    std::uint64_t one = 0xcbf29ce484222325ULL, two = 0x84222325cbf29ce4ULL;
    for (const char c : text) {
      one = (one ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
      two = (two + static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15ULL;
      two ^= two >> 29U;
    }
    return {one, two};
  }

  std::string tell(std::size_t index) const {
    std::vector<std::string_view> actions;
    for (; index != 0; index = trail_[index].from) actions.push_back(trail_[index].action);
    std::ranges::reverse(actions);
    return fmt::format("{}", fmt::join(actions, " > "));
  }

  void add(State state, std::string action) {
    ++explored_.steps;
    for (const std::string& key : states_.committed(state.store))
      if (!state.objects.contains(key)) violate("I8: " + key + " is committed, but is not there");
    const bool is_new = seen_.insert(hash(state.text())).second;
    if (!is_new && !violation()) return;
    const std::size_t depth = trail_.empty() ? 0 : trail_[from_].depth + 1;
    explored_.depth = std::max(explored_.depth, depth);
    trail_.push_back({from_, depth, std::move(action)});
    open_.emplace_back(std::move(state), trail_.size() - 1);
  }

  const StoreStates::Step& deliver(State& state, const Message& message) {
    const StoreStates::Step& step = states_.run(state.store, message.name(), message.op());
    state.store = step.to;
    return step;
  }

  bool can_fail(const State& state) const { return state.faults < limits_.faults; }

  // ---- what may happen next ----

  void expand(const State& state) {
    for (int i = 0; i < 2; ++i) {
      act(state, i);
      crash_or_restart(state, i);
      bury(state, i);
      collect(state, i);
    }
    for (std::size_t i = 0; i < state.late.size(); ++i) {
      State next = state;
      const Message message = next.late[i];
      next.late.erase(next.late.begin() + static_cast<std::ptrdiff_t>(i));
      deliver(next, message);
      add(std::move(next), "late " + message.name());
    }
    run_plain(state, "sweep", store::Sweep{{}, kSessionTtl, 3 * kSessionTtl});
    if (state.cancels < limits_.cancels) {
      State next = state;
      ++next.cancels;
      run_plain(next, "cancel", store::CancelJob{kJob});
    }
    if (state.reprocesses < limits_.reprocesses) {
      State next = state;
      ++next.reprocesses;
      run_plain(next, "reprocess", store::ReprocessJob{kJob, "again"});
    }
    if (state.ticks < limits_.ticks) tick(state);
  }

  void run_plain(const State& state, const std::string& name, const store::Op& op) {
    State next = state;
    next.store = states_.run(state.store, name, op).to;
    add(std::move(next), name);
  }

  void tick(const State& state) {
    State next = state;
    ++next.ticks;
    next.store = states_.wait(state.store);
    for (Worker& worker : next.workers)
      if (worker.phase == Phase::staged && ++worker.silence >= kPatience) drop(worker);
    add(std::move(next), "tick");
  }

  static void drop(Worker& worker) {
    worker.phase = Phase::idle;
    worker.attempt = {};
    worker.silence = 0;
  }

  void act(const State& state, int number) {
    const Worker& worker = state.workers[static_cast<std::size_t>(number)];
    if (!worker.is_alive) return;
    const auto call = [&](Call one) { send(state, number, one); };
    if (worker.phase != Phase::out) call(Call::beat);
    switch (worker.phase) {
      case Phase::out: return call(Call::enroll);
      case Phase::idle:
        if (worker.grants < limits_.claims) call(Call::claim);
        return;
      case Phase::working:
        for (const Call one : {worker.attempt.has_output() ? Call::stage : Call::commit,
                               Call::report, Call::reject, Call::release})
          call(one);
        return;
      case Phase::staged: {
        State next = state;
        next.workers[static_cast<std::size_t>(number)].phase = Phase::stored;
        next.objects.insert(worker.attempt.output());
        return add(std::move(next), fmt::format("put by {}", number));
      }
      case Phase::stored: call(Call::commit); return call(Call::release);
      case Phase::ending:
        call(worker.ending);
        if (worker.ending == Call::commit) call(Call::release);
    }
  }

  /// The call heard and answered, or with a fault.
  void send(const State& state, int number, Call call) {
    const auto at = static_cast<std::size_t>(number);
    State asked = state;
    Worker& worker = asked.workers[at];
    const Message message{call, number, worker.life, worker.grants,
                          call == Call::enroll || call == Call::claim ? Attempt() : worker.attempt};
    if (is_ending(call)) {
      worker.phase = Phase::ending;
      worker.ending = call;
    }
    State heard = asked;
    const StoreStates::Step& step = deliver(heard, message);
    hear(heard.workers[at], call, step.answer);
    add(heard, message.name());
    if (!can_fail(state)) return;
    State unheard = asked;
    ++unheard.faults;
    deliver(unheard, message);
    add(unheard, message.name() + ", reply lost");
    State delayed = asked;
    ++delayed.faults;
    delayed.late.push_back(message);
    add(std::move(delayed), message.name() + ", delayed");
    ++heard.faults;
    heard.late.push_back(message);
    add(std::move(heard), message.name() + ", repeated later");
  }

  static bool is_ending(Call call) { return call >= Call::commit; }

  static void hear(Worker& worker, Call call, const base::Result<store::Answer>& answer) {
    if (!answer) {
      if (call == Call::claim) enroll_anew(worker);
      else if (is_ending(call) && call != Call::release) worker.ending = Call::release;
      else drop(worker);
      return;
    }
    if (call == Call::enroll) worker.phase = Phase::idle;
    if (call == Call::stage) worker.phase = Phase::staged;
    if (is_ending(call)) drop(worker);
    if (const auto* claims = std::get_if<store::ClaimTasks::Answer>(&*answer)) {
      if (claims->granted.empty()) return;
      worker.attempt = {claims->granted.front().claim};
      worker.phase = Phase::working;
      ++worker.grants;
    }
    if (const auto* beat = std::get_if<store::Heartbeat::Answer>(&*answer)) {
      if (!beat->superseded.empty()) drop(worker);
      if (!beat->session_known) enroll_anew(worker);
      else if (!beat->cancelling.empty() && worker.phase != Phase::idle) {
        worker.phase = Phase::ending;
        worker.ending = Call::release;
      }
    }
  }

  static void enroll_anew(Worker& worker) {
    drop(worker);
    worker.phase = Phase::out;
    ++worker.life;
    worker.grants = 0;
  }

  void crash_or_restart(const State& state, int number) {
    const auto at = static_cast<std::size_t>(number);
    State next = state;
    Worker& worker = next.workers[at];
    if (!worker.is_alive) {
      worker.is_alive = true;
      enroll_anew(worker);
      return add(std::move(next), fmt::format("{} starts again", number));
    }
    if (worker.phase == Phase::out || !can_fail(state)) return;
    ++next.faults;
    const int life = worker.life;
    worker = Worker{};
    worker.is_alive = false;
    worker.life = life;
    add(std::move(next), fmt::format("{} dies", number));
  }

  /// The keeper proves that a process is gone.
  void bury(const State& state, int number) {
    const Worker& worker = state.workers[static_cast<std::size_t>(number)];
    const int life = worker.is_alive ? worker.life - 1 : worker.life;
    if (life < 0) return;
    store::ReleaseDeadSession op;
    op.session = base::SessionId(fmt::format("w{}.{}", number, life));
    op.proof = std::string(kProofOfDeath);
    run_plain(state, "bury " + op.session.value, op);
  }

  /// Each server collects in steps, and the other may come between.
  void collect(const State& state, int server) {
    const auto at = static_cast<std::size_t>(server);
    State next = state;
    auto& keys = next.removals[at];
    if (keys.empty()) {
      const StoreStates::Step& step =
          states_.run(state.store, "doom", store::DoomOutputs{{}, kCollectGrace});
      next.store = step.to;
      if (!step.answer) return;
      for (const auto& output : std::get<store::DoomOutputs::Answer>(*step.answer).doomed)
        keys.push_back(output.object_key);
      return add(std::move(next), fmt::format("server {} dooms", server));
    }
    const std::string key = keys.front();
    if (states_.committed(state.store).contains(key))
      violate("I8: committed " + key + " is removed");
    next.objects.erase(key);
    if (can_fail(state)) {
      State crashed = next;
      ++crashed.faults;
      crashed.removals[at].clear();
      add(std::move(crashed), fmt::format("server {} removes and dies", server));
    }
    keys.erase(keys.begin());
    run_plain(next, "forget " + key, store::ForgetOutput{key});
  }

  ExplorerLimits limits_;
  StoreStates states_;
  /// 128 bits of each state's text; two states that share them would be taken for one.
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
  std::deque<std::pair<State, std::size_t>> open_;
  std::vector<Trail> trail_;
  std::size_t from_ = 0;
  Explored explored_;
  std::optional<std::string> violation_;
};

}  // namespace

Explored explore(const ExplorerLimits& limits) {
  return Explorer(limits).run();
}

}  // namespace mpegflow::sim
