#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::encode {

/// One message of FFmpeg on its standard error.
struct StderrLine {
  int number = 0;  ///< counted from 1 in the whole text
  std::string
      context;        ///< "h264", "in#0/mov,mp4,m4a,3gp,3g2,mj2", "vist#0:0/h264"; without address
  std::string text;   ///< the message without contexts and level words
  std::string whole;  ///< as it stands in the log, trimmed
  long long times = 1;  ///< 1 + "Last message repeated N times"

  bool operator==(const StderrLine&) const = default;
};

/// The messages of a log: without the banner (version, configuration, libraries), the status lines
/// and blank lines; repeats are folded into `times`.
std::vector<StderrLine> read_stderr_lines(std::string_view stderr_text);

}  // namespace mpegflow::encode
