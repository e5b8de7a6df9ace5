#include "core/queue/wheel.h"

#include <algorithm>
#include <numeric>

namespace mpegflow::queue {

std::vector<std::size_t> make_wheel(std::span<const std::int64_t> weights) {
  std::vector<std::int64_t> shares;
  std::int64_t divisor = 0;
  for (const std::int64_t weight : weights) {
    shares.push_back(std::max(weight, kLeastWeight));
    divisor = std::gcd(divisor, shares.back());
  }
  for (std::int64_t& share : shares) share /= divisor;
  const std::int64_t total = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  std::vector<std::int64_t> credit(shares.size(), 0);
  std::vector<std::size_t> wheel;
  for (std::int64_t slot = 0; slot < total; ++slot) {
    for (std::size_t i = 0; i < shares.size(); ++i) credit[i] += shares[i];
    const auto most = std::ranges::max_element(credit);
    *most -= total;
    wheel.push_back(static_cast<std::size_t>(most - credit.begin()));
  }
  return wheel;
}

std::int64_t find_gap(std::span<const std::size_t> wheel, std::size_t lane) {
  std::optional<std::size_t> first, last;
  std::size_t gap = 0;
  for (std::size_t slot = 0; slot < wheel.size(); ++slot) {
    if (wheel[slot] != lane) continue;
    if (!first) first = slot;
    if (last) gap = std::max(gap, slot - *last);
    last = slot;
  }
  if (!first) return 0;
  return static_cast<std::int64_t>(std::max(gap, *first + wheel.size() - *last));
}

}  // namespace mpegflow::queue
