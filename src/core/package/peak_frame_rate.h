#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/probe/probe.h"

namespace mpegflow::package {

using probe::Rational;

/// How many pictures a second has where they come fastest. A shorter time says nothing: two
/// pictures of a phone a millisecond apart are no thousand per second. Of a steady stream, also of
/// one with holes, it is exactly its rate.
class PeakFrameRate {
 public:
  /// When the next pictures are shown, in ticks and any order; none before one that was added.
  void add(std::vector<std::int64_t> times, std::int64_t timescale);
  /// `end`: until when the last picture is shown. 0 where there are none; of what lasts less than
  /// a second, the average.
  Rational finish(std::int64_t end, std::int64_t timescale);

 private:
  void take(std::int64_t time, std::int64_t timescale);
  void consider(std::int64_t pictures, std::int64_t ticks, std::int64_t timescale);

  std::deque<std::int64_t> last_second_;  ///< and the one time before it
  std::int64_t first_ = 0;
  std::int64_t count_ = 0;
  Rational peak_{0, 1};
};

}  // namespace mpegflow::package
