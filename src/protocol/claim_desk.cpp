#include "protocol/claim_desk.h"

#include <algorithm>

#include "base/log.h"
#include "store/worker_reads.h"

namespace mpegflow::protocol {
namespace {

// So many claims may be in one commit.
constexpr int kClerks = 4;
// Another process may change the store without telling us.
constexpr base::Micros kLookAgain = std::chrono::seconds(1);

/// Whether it is worth a try with nothing ready in its pools.
bool is_for_any(const ClaimRequest& request) {
  return !request.only_job.empty() || request.is_again;
}

}  // namespace

ClaimDesk::ClaimDesk(WorkerProtocol& protocol, store::Store& store, engine::ChangeSignal& changes,
                     const base::Clock& clock)
    : protocol_(protocol), store_(store), changes_(changes), clock_(clock) {
  threads_.emplace_back([this] { dispatch(); });
  threads_.emplace_back([this] { listen(); });
  for (int i = 0; i < kClerks; ++i) threads_.emplace_back([this] { serve(); });
}

ClaimDesk::~ClaimDesk() {
  close();
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  news_.notify_all();
  work_.notify_all();
  changes_.notify();
  for (std::thread& thread : threads_) thread.join();
}

/// With the mutex held, like unseat().
void ClaimDesk::seat(Ticket ticket, Waiting waiting) {
  for (const std::string& pool : waiting.request.pools)
    pools_[pool].emplace(waiting.looked_at, ticket);
  if (is_for_any(waiting.request)) for_any_.insert(ticket);
  sessions_.emplace(waiting.request.session, ticket);
  deadlines_.emplace(waiting.deadline, ticket);
  waiting_.emplace(ticket, std::move(waiting));
}

/// Of somebody who is there.
ClaimDesk::Waiting ClaimDesk::unseat(Ticket ticket) {
  Waiting waiting = std::move(waiting_.extract(ticket).mapped());
  for (const std::string& pool : waiting.request.pools) {
    const auto at = pools_.find(pool);
    at->second.erase({waiting.looked_at, ticket});
    if (at->second.empty()) pools_.erase(at);
  }
  for_any_.erase(ticket);
  sessions_.erase({waiting.request.session, ticket});
  deadlines_.erase({waiting.deadline, ticket});
  return waiting;
}

ClaimDesk::Ticket ClaimDesk::ask(ClaimRequest request, Answer answer) {
  const base::SteadyTime deadline = clock_.steady() + request.wait;
  request.wait = base::Micros(0);
  std::ranges::sort(request.pools);  // one that is named twice is one
  request.pools.erase(std::unique(request.pools.begin(), request.pools.end()), request.pools.end());
  std::unique_lock lock(mutex_);
  if (is_closed_) {
    lock.unlock();
    answer(std::vector<Assignment>{});
    return 0;
  }
  const Ticket ticket = next_ticket_++;
  seat(ticket, {std::move(request), std::move(answer), deadline});
  has_news_ = true;
  lock.unlock();
  news_.notify_one();
  return ticket;
}

void ClaimDesk::withdraw(Ticket ticket) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.contains(ticket)) (void)unseat(ticket);
  else if (with_clerks_.contains(ticket)) with_clerks_[ticket] = Listener::gone;
}

void ClaimDesk::close() {
  std::vector<Waiting> left;
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    while (!waiting_.empty()) left.push_back(unseat(waiting_.begin()->first));
  }
  for (const Waiting& waiting : left) waiting.answer(std::vector<Assignment>{});
}

std::size_t ClaimDesk::count_waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size();
}

std::uint64_t ClaimDesk::count_claims() const {
  const std::scoped_lock lock(mutex_);
  return claims_;
}

/// Turns the signal of changes into news for the dispatcher.
void ClaimDesk::listen() {
  std::uint64_t seen = changes_.count();
  for (;;) {
    changes_.wait_beyond(seen, kLookAgain);
    seen = changes_.count();
    {
      const std::scoped_lock lock(mutex_);
      if (is_ending_) return;
      has_news_ = true;
      ++round_;
    }
    news_.notify_one();
  }
}

void ClaimDesk::dispatch() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    const base::SteadyTime next =
        deadlines_.empty() ? clock_.steady() + kLookAgain : deadlines_.begin()->first;
    const base::Micros pause =
        std::clamp(next - clock_.steady(), base::Micros(0), base::Micros(kLookAgain));
    news_.wait_for(lock, pause, [&] { return has_news_ || is_ending_; });
    has_news_ = false;
    lock.unlock();
    pick();
    let_time_pass();
    lock.lock();
  }
}

/// Those whose time is over get nothing; a claim is tried for each at least once.
void ClaimDesk::let_time_pass() {
  std::vector<Answer> answers;
  {
    const std::scoped_lock lock(mutex_);
    const base::SteadyTime now = clock_.steady();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now)
      answers.push_back(unseat(deadlines_.begin()->second).answer);
  }
  for (const Answer& answer : answers) answer(std::vector<Assignment>{});
}

/// Gives the clerks as many of those who wait as there is something ready for: first those who got
/// nothing the longest ago.
void ClaimDesk::pick() {
  std::map<std::string, std::int64_t> budgets;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [pool, who] : pools_)
      budgets.emplace(pool, static_cast<std::int64_t>(who.size()));
  }
  std::set<base::SessionId> able;
  std::int64_t for_some = 0;
  for (auto& [pool, budget] : budgets) {
    const auto ready = store::find_ready_work(store_, pool, budget);
    if (!ready) {
      base::log(base::LogLevel::warn, "ready_not_counted", {{"what", ready.error().message}});
      return;
    }
    budget = ready->for_all;
    for_some += ready->for_some;
    able.insert(ready->able.begin(), ready->able.end());
  }
  const std::scoped_lock lock(mutex_);
  for (const Ticket ticket : std::vector<Ticket>(for_any_.begin(), for_any_.end()))
    if (waiting_.at(ticket).looked_at != round_) pick_one(ticket);
  pick_able(able, for_some);
  for (auto& [pool, budget] : budgets)
    while (budget > 0 && pick_first(pool, budget)) {
    }
}

/// Of each of these workers one slot at most, and no more of them than there are tasks; what one is
/// given is a change, and a change looks at the next.
void ClaimDesk::pick_able(const std::set<base::SessionId>& able, std::int64_t most) {
  std::vector<std::pair<std::uint64_t, Ticket>> slots;
  for (const base::SessionId& session : able) {
    for (auto at = sessions_.lower_bound({session, 0});
         at != sessions_.end() && at->first == session; ++at) {
      const std::uint64_t looked_at = waiting_.at(at->second).looked_at;
      if (looked_at == round_) continue;
      slots.emplace_back(looked_at, at->second);
      break;
    }
  }
  std::ranges::sort(slots);
  if (std::ssize(slots) > most) slots.resize(static_cast<std::size_t>(most));
  for (const auto& [looked_at, ticket] : slots) pick_one(ticket);
}

/// The first who waits for the pool and got nothing in this round; whether there is one. With the
/// mutex held, like pick_one().
bool ClaimDesk::pick_first(std::string_view pool, std::int64_t& budget) {
  const auto at = pools_.find(pool);
  if (at == pools_.end()) return false;
  const auto [looked_at, ticket] = *at->second.begin();
  if (looked_at == round_) return false;
  budget -= waiting_.at(ticket).request.count;
  pick_one(ticket);
  return true;
}

void ClaimDesk::pick_one(Ticket ticket) {
  picked_.emplace_back(ticket, unseat(ticket));
  with_clerks_.emplace(ticket, Listener::there);
  work_.notify_one();
}

/// One clerk: claims for one after the other.
void ClaimDesk::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return !picked_.empty() || is_ending_; });
    if (picked_.empty()) return;
    auto [ticket, waiting] = std::move(picked_.front());
    picked_.pop_front();
    if (with_clerks_.at(ticket) == Listener::gone) {
      with_clerks_.erase(ticket);
      continue;
    }
    ++claims_;
    const std::uint64_t round = round_;
    lock.unlock();
    auto given = protocol_.claim(waiting.request);
    const bool is_empty = given && given->empty();
    lock.lock();
    const bool is_heard = with_clerks_.extract(ticket).mapped() == Listener::there;
    if (is_empty && !is_heard) continue;
    if (is_empty && !is_closed_ && clock_.steady() < waiting.deadline) {
      // Behind those who were not looked at; the next change is looked at again.
      waiting.looked_at = round;
      waiting.request.is_again = false;
      seat(ticket, std::move(waiting));
      continue;
    }
    lock.unlock();
    waiting.answer(std::move(given));
    lock.lock();
  }
}

}  // namespace mpegflow::protocol
