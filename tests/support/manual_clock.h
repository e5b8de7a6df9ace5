#pragma once

#include "base/time.h"

namespace mpegflow::test {

/// A clock that moves only when told. One thread at a time.
class ManualClock final : public base::Clock {
 public:
  base::WallTime now() const override { return wall_; }
  base::SteadyTime steady() const override { return steady_; }

  void advance(base::Micros by) {
    wall_ = wall_ + by;
    steady_ = steady_ + by;
  }
  /// The wall clock is set; the steady one does not notice.
  void set_wall(base::WallTime wall) { wall_ = wall; }
  /// The machine restarts: the steady clock begins anew.
  void reboot() { steady_ = {1}; }

 private:
  base::WallTime wall_{1'700'000'000'000'000};
  base::SteadyTime steady_{5'000'000};
};

}  // namespace mpegflow::test
