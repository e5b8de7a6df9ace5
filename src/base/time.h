#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpegflow::base {

using Micros = std::chrono::microseconds;

/// A moment of the wall clock, in microseconds since 1970-01-01T00:00:00Z. All stored times have
/// this form.
struct WallTime {
  std::int64_t us = 0;

  auto operator<=>(const WallTime&) const = default;
  WallTime operator+(Micros delta) const { return {us + delta.count()}; }
  Micros operator-(WallTime other) const { return Micros(us - other.us); }
};

/// A moment of a clock that only runs forward while the machine is up; for durations, never stored.
struct SteadyTime {
  std::int64_t us = 0;

  auto operator<=>(const SteadyTime&) const = default;
  SteadyTime operator+(Micros delta) const { return {us + delta.count()}; }
  Micros operator-(SteadyTime other) const { return Micros(us - other.us); }
};

/// RFC 3339 in UTC with microseconds: 2026-01-31T12:00:00.000000Z.
std::string to_rfc3339(WallTime time);
/// A moment in RFC 3339, with Z or an offset; nullopt if it is none.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// For people: "1 h 02 min", "3 min 20 s", "12.4 s", "0.35 s".
std::string to_human(Micros duration);

/// The clock seam. Real: SystemClock. Simulated: one that moves only when told.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  SteadyTime steady() const override;
};

}  // namespace mpegflow::base
