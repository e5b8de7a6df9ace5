#include "core/package/peak_frame_rate.h"

#include <algorithm>
#include <numeric>

namespace mpegflow::package {
namespace {

Rational make_rate(std::int64_t pictures, std::int64_t ticks, std::int64_t timescale) {
  const std::int64_t num = pictures * timescale;
  const std::int64_t divisor = std::gcd(num, ticks);
  return {num / divisor, ticks / divisor};
}

}  // namespace

void PeakFrameRate::add(std::vector<std::int64_t> times, std::int64_t timescale) {
  std::ranges::sort(times);
  for (const std::int64_t time : times) {
    if (count_++ == 0) first_ = time;
    take(time, timescale);
  }
}

/// The pictures until `time`, over the shortest time of at least a second, and those of less than
/// one as if they were all of it.
void PeakFrameRate::take(std::int64_t time, std::int64_t timescale) {
  last_second_.push_back(time);
  while (last_second_.size() > 1 && time - last_second_[1] >= timescale) last_second_.pop_front();
  const auto pictures = static_cast<std::int64_t>(last_second_.size()) - 1;
  const std::int64_t ticks = time - last_second_.front();
  consider(pictures, ticks, timescale);
  if (ticks > timescale) consider(pictures - 1, timescale, timescale);
}

void PeakFrameRate::consider(std::int64_t pictures, std::int64_t ticks, std::int64_t timescale) {
  if (pictures <= 0) return;
  const Rational rate = make_rate(pictures, std::max(ticks, timescale), timescale);
  if (rate.value() > peak_.value()) peak_ = rate;
}

Rational PeakFrameRate::finish(std::int64_t end, std::int64_t timescale) {
  if (count_ == 0 || end <= first_) return {0, 1};
  if (end - first_ < timescale) return make_rate(count_, end - first_, timescale);
  take(end, timescale);
  return peak_;
}

}  // namespace mpegflow::package
