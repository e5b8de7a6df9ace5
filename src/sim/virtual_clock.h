#pragma once

#include "base/time.h"

namespace mpegflow::sim {

/// The time of the world, which moves only when told.
class VirtualClock final : public base::Clock {
 public:
  base::WallTime now() const override { return {kStart + steady_us_}; }
  base::SteadyTime steady() const override { return {steady_us_}; }
  void advance(base::Micros by) { steady_us_ += by.count(); }
  void advance_to(base::SteadyTime moment) {
    if (moment.us > steady_us_) steady_us_ = moment.us;
  }

 private:
  static constexpr std::int64_t kStart = 1'700'000'000'000'000;
  std::int64_t steady_us_ = 1'000'000;
};

/// A machine's clock: its wall clock is off, and may be set as an operator or NTP would; its steady
/// clock begins anew when it boots.
class MachineClock final : public base::Clock {
 public:
  explicit MachineClock(const VirtualClock& world) : world_(world) {}
  base::WallTime now() const override { return world_.now() + wall_offset_; }
  base::SteadyTime steady() const override { return world_.steady() + -booted_; }
  void set_wall_offset(base::Micros offset) { wall_offset_ = offset; }
  void boot() { booted_ = base::Micros(world_.steady().us - 1'000'000); }

 private:
  const VirtualClock& world_;
  base::Micros wall_offset_{0}, booted_{0};
};

}  // namespace mpegflow::sim
