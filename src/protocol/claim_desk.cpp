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
  for (const std::string& pool : waiting.request.pools) ++pools_[pool];
  if (is_for_any(waiting.request)) ++for_any_;
  deadlines_.emplace(waiting.deadline, ticket);
  waiting_.emplace(ticket, std::move(waiting));
}

ClaimDesk::Waiting ClaimDesk::unseat(std::map<Ticket, Waiting>::iterator at) {
  Waiting waiting = std::move(at->second);
  for (const std::string& pool : waiting.request.pools)
    if (--pools_[pool] == 0) pools_.erase(pool);
  if (is_for_any(waiting.request)) --for_any_;
  deadlines_.erase({waiting.deadline, at->first});
  waiting_.erase(at);
  return waiting;
}

ClaimDesk::Ticket ClaimDesk::ask(ClaimRequest request, Answer answer) {
  const base::SteadyTime deadline = clock_.steady() + request.wait;
  request.wait = base::Micros(0);
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
  const auto found = waiting_.find(ticket);
  if (found != waiting_.end()) (void)unseat(found);
}

void ClaimDesk::close() {
  std::vector<Waiting> left;
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    while (!waiting_.empty()) left.push_back(unseat(waiting_.begin()));
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
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      answers.push_back(unseat(waiting_.find(deadlines_.begin()->second)).answer);
    }
  }
  for (const Answer& answer : answers) answer(std::vector<Assignment>{});
}

/// Gives the clerks as many of those who wait, the first ones, as there is something ready for.
void ClaimDesk::pick() {
  std::map<std::string, std::int64_t> budgets;
  std::set<base::SessionId> able;
  std::int64_t most = 0;
  {
    const std::scoped_lock lock(mutex_);
    budgets = pools_;
    most = for_any_;
  }
  for (auto& [pool, budget] : budgets) {
    const auto ready = store::find_ready_work(store_, pool, budget);
    if (!ready) {
      base::log(base::LogLevel::warn, "ready_not_counted", {{"what", ready.error().message}});
      return;
    }
    budget = ready->for_all;
    able.insert(ready->able.begin(), ready->able.end());
    most += budget;
  }
  most += static_cast<std::int64_t>(able.size());
  std::size_t picked = 0;
  {
    const std::scoped_lock lock(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end() && most > 0;) {
      const auto here = at++;
      const Waiting& waiting = here->second;
      const bool is_done = waiting.looked_at == round_;
      const auto pool = std::ranges::find_if(
          waiting.request.pools, [&](const std::string& name) { return budgets[name] > 0; });
      const bool has_some = pool != waiting.request.pools.end();
      const bool is_for_some =
          has_some || is_for_any(waiting.request) || able.contains(waiting.request.session);
      if (is_done || !is_for_some) continue;
      if (has_some) budgets[*pool] -= std::min(budgets[*pool], waiting.request.count);
      --most;
      const Ticket ticket = here->first;
      picked_.emplace_back(ticket, unseat(here));
      ++picked;
    }
  }
  for (; picked > 0; --picked) work_.notify_one();
}

/// One clerk: claims for one after the other.
void ClaimDesk::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return !picked_.empty() || is_ending_; });
    if (picked_.empty()) return;
    auto [ticket, waiting] = std::move(picked_.front());
    picked_.pop_front();
    ++claims_;
    const std::uint64_t round = round_;
    lock.unlock();
    auto given = protocol_.claim(waiting.request);
    const bool is_empty = given && given->empty();
    lock.lock();
    if (is_empty && !is_closed_ && clock_.steady() < waiting.deadline) {
      // Back to its old place; the next change is looked at again.
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
