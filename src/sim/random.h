#pragma once

#include <cstdint>

#include "base/ids.h"

namespace mpegflow::sim {

/// Everything that is random in a run, from its seed (splitmix64).
class Random final : public base::Entropy {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

  unsigned long long draw() override {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  /// Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(draw() % static_cast<std::uint64_t>(high - low + 1));
  }

  bool chance(double probability) {
    return static_cast<double>(draw() >> 11U) < probability * 9007199254740992.0;
  }

 private:
  std::uint64_t state_;
};

}  // namespace mpegflow::sim
