#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/change_signal.h"
#include "protocol/worker_protocol.h"
#include "store/store.h"

namespace mpegflow::protocol {

/// Where the workers of a server wait for tasks. However many wait, a change wakes no more of them
/// than there are tasks ready in their pools, and their claims are made side by side, so that the
/// store answers them in one commit; who waits in vain costs no write. Any thread.
class ClaimDesk {
 public:
  /// Called once, from any thread, without a lock held.
  using Answer = std::function<void(base::Result<std::vector<Assignment>>)>;
  using Ticket = std::uint64_t;

  /// All references outlive it. `protocol` answers claims that do not wait.
  ClaimDesk(WorkerProtocol& protocol, store::Store& store, engine::ChangeSignal& changes,
            const base::Clock& clock);
  /// Answers all who wait with nothing.
  ~ClaimDesk();
  ClaimDesk(const ClaimDesk&) = delete;
  ClaimDesk& operator=(const ClaimDesk&) = delete;

  Ticket ask(ClaimRequest request, Answer answer);
  /// Nobody listens to the answer any more: no claim for it begins from now on. One that is under
  /// way is answered if it was given something.
  void withdraw(Ticket ticket);
  /// Who waits is answered with nothing, now and from now on.
  void close();

  std::size_t count_waiting() const;
  /// How many claims were tried so far.
  std::uint64_t count_claims() const;

 private:
  struct Waiting {
    ClaimRequest request;
    Answer answer;
    base::SteadyTime deadline;
    std::uint64_t looked_at = 0;  ///< the round in which it got nothing; 0 = none
  };

  enum class Listener { there, gone };

  void dispatch();
  void serve();
  void let_time_pass();
  void pick();
  bool pick_first(std::string_view pool, std::int64_t& budget);
  void pick_able(const std::set<base::SessionId>& able, std::int64_t most);
  void pick_one(Ticket ticket);
  void seat(Ticket ticket, Waiting waiting);
  Waiting unseat(Ticket ticket);
  void listen();

  WorkerProtocol& protocol_;
  store::Store& store_;
  engine::ChangeSignal& changes_;
  const base::Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable news_;  ///< for the dispatcher
  std::condition_variable work_;  ///< for the clerks
  std::unordered_map<Ticket, Waiting> waiting_;
  // Who waits, by what is asked of them; a look at the desk never walks over those it is not for.
  std::set<std::pair<base::SteadyTime, Ticket>> deadlines_;
  /// By the round in which they got nothing, then by when they came.
  std::map<std::string, std::set<std::pair<std::uint64_t, Ticket>>, std::less<>> pools_;
  std::set<std::pair<base::SessionId, Ticket>> sessions_;
  std::set<Ticket> for_any_;  ///< who are to be tried whatever is ready in their pools
  std::deque<std::pair<Ticket, Waiting>> picked_;
  std::map<Ticket, Listener> with_clerks_;  ///< picked, or being claimed for
  Ticket next_ticket_ = 1;
  std::uint64_t claims_ = 0;
  std::uint64_t round_ = 1;  ///< counts changes, and the looks without one
  bool has_news_ = false;
  bool is_closed_ = false;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mpegflow::protocol
