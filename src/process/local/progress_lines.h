#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace mpegflow::process {

/// Cuts the bytes of -progress into lines and notices whether they tell of an advance: FFmpeg
/// repeats its report also when nothing moves.
class ProgressLines {
 public:
  /// Calls `on_line` (may be empty) for each complete line; true if something advanced.
  bool feed(std::string_view bytes, const std::function<void(std::string_view)>& on_line);
  /// The last line, if its newline never came.
  void finish(const std::function<void(std::string_view)>& on_line);

 private:
  bool note(std::string_view line);

  static constexpr std::array<std::string_view, 3> kCounters = {
      "frame=", "out_time_us=", "total_size="};
  std::array<std::string, kCounters.size()> last_values_;
  std::string unfinished_;
};

}  // namespace mpegflow::process
