#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace mpegflow::lease {

/// What a server knows when it is about to expire sessions for their silence.
struct Silence {
  std::int64_t open_sessions = 0;
  std::int64_t silent_sessions = 0;  ///< of those: nothing heard for longer than the TTL
  base::Micros listening{0};         ///< how long this server has been up and heard heartbeats
  base::Micros ttl{0};
  base::WallTime now;
  std::optional<base::WallTime> braking_since;  ///< as decided before
};

struct BrakeDecision {
  bool may_expire = false;
  std::optional<base::WallTime> braking_since;  ///< to be kept until the next decision

  bool operator==(const BrakeDecision&) const = default;
};

/// Silence has two ends, and the nearer one may be the deaf one. A server that has not listened for
/// two TTLs itself expires nothing; and when at least 4 sessions and more than a quarter of all
/// would go at once, that is held up for two TTLs: it looks like our own network, and encodes of
/// hours are at stake.
BrakeDecision judge_silence(const Silence& silence);

}  // namespace mpegflow::lease
