#include "keeper/keeper.h"

#include "base/log.h"

namespace mpegflow::keeper {
namespace {

constexpr base::Micros kPrunePause = std::chrono::minutes(10);
constexpr std::int64_t kPruneBatch = 1000;

}  // namespace

/// One batch each time: whoever waits for the store waits for no more than that.
base::Result<void> Keeper::prune(base::SteadyTime now) {
  if (options_.request_memory.count() == 0 || (next_prune_ && now < *next_prune_)) return {};
  ASSIGN_OR_RETURN(const auto pruned, store_.execute(store::PruneRequests{
                                          options_.request_memory.count(), kPruneBatch}));
  ASSIGN_OR_RETURN(const auto forgotten, store_.execute(store::PruneSessions{
                                             options_.request_memory.count(), kPruneBatch}));
  if (pruned.removed < kPruneBatch && forgotten.removed < kPruneBatch)
    next_prune_ = now + kPrunePause;
  return {};
}

base::Result<std::optional<base::WallTime>> Keeper::run_once() {
  const base::SteadyTime now = clock_.steady();
  if (now - last_run_ > options_.session_ttl) listening_since_ = now;
  last_run_ = now;
  const base::Micros listening = now - listening_since_;
  ASSIGN_OR_RETURN(const auto answer,
                   store_.execute(store::Sweep{options_.only_job, options_.session_ttl.count(),
                                               listening.count()}));
  if (answer.is_braking)
    base::log(base::LogLevel::warn, "mass_expiry_held_up",
              {{"what", "many workers are silent at once; is it our own network?"}});
  if (answer.retries_due > 0 || answer.leases_expired > 0) changes_.notify();
  RETURN_IF_ERROR(prune(now));
  return answer.next_due;
}

}  // namespace mpegflow::keeper
