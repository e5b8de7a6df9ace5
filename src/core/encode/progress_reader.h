#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mpegflow::encode {

/// One report of -progress. What FFmpeg calls N/A is missing here.
struct Progress {
  std::optional<std::int64_t> frame;        ///< pictures given to the muxer so far
  std::optional<double> fps;                ///< encoding speed, frames per second
  std::optional<std::int64_t> out_time_us;  ///< end of what was muxed
  std::optional<std::int64_t> total_size;   ///< bytes written
  std::optional<double> speed;              ///< 1 = real time
  std::int64_t dup = 0;
  std::int64_t drop = 0;
  bool end = false;  ///< the last report

  bool operator==(const Progress&) const = default;
};

/// Takes the key=value lines of -progress one by one; keys may be missing, unknown or in any order.
class ProgressReader {
 public:
  /// The whole report when `line` ends one (progress=continue or progress=end).
  std::optional<Progress> take(std::string_view line);

 private:
  Progress next_;
};

}  // namespace mpegflow::encode
