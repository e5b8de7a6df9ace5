#include "core/lease/brake.h"

namespace mpegflow::lease {
namespace {

constexpr std::int64_t kFewSessions = 4;
constexpr int kPatience = 2;  // TTLs

bool is_mass(const Silence& silence) {
  return silence.silent_sessions >= kFewSessions &&
         silence.silent_sessions * 4 > silence.open_sessions;
}

}  // namespace

BrakeDecision judge_silence(const Silence& silence) {
  if (silence.listening < kPatience * silence.ttl) return {false, silence.braking_since};
  if (!is_mass(silence)) return {true, std::nullopt};
  const base::WallTime since = silence.braking_since.value_or(silence.now);
  return {silence.now - since >= kPatience * silence.ttl, since};
}

}  // namespace mpegflow::lease
