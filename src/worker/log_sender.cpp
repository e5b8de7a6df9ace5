#include "worker/log_sender.h"

#include <algorithm>

#include "core/audit/attempt_names.h"

namespace mpegflow::worker {
namespace {

constexpr std::int64_t kPieceOfLog = 1 << 20;

}  // namespace

void LogSender::want(std::vector<protocol::WantedLog> wanted) {
  const std::scoped_lock lock(mutex_);
  wanted_ = std::move(wanted);
}

bool LogSender::is_wanted() const {
  const std::scoped_lock lock(mutex_);
  return !wanted_.empty();
}

void LogSender::run_once() {
  std::vector<protocol::WantedLog> wanted;
  {
    const std::scoped_lock lock(mutex_);
    wanted = wanted_;
  }
  for (const protocol::WantedLog& log : wanted) send(log);
}

void LogSender::send(protocol::WantedLog wanted) {
  const base::Path file =
      scratch_ / audit::attempt_name(wanted.claim.fence, wanted.claim.id) / "work" / "stderr.log";
  while (true) {
    const auto piece = base::read_range(file, wanted.from, kPieceOfLog);
    if (!piece || piece->empty()) return;  // nothing is written yet, or it has just ended
    const auto next = send_(wanted.claim, wanted.from, *piece);
    if (!next && next.error().code != base::ErrorCode::superseded) return;
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(wanted_, wanted.claim, &protocol::WantedLog::claim);
    if (found == wanted_.end()) return;
    if (!next) {
      wanted_.erase(found);
      return;
    }
    // What is not taken is not offered again and again.
    if (*next <= wanted.from) return;
    wanted.from = found->from = *next;
  }
}

}  // namespace mpegflow::worker
