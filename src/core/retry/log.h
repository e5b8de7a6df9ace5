#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/encode/stderr_lines.h"

namespace mpegflow::retry {

/// A log as the rules see it.
struct Log {
  /// Messages in the order in which they first came, without banner, status lines and blank lines.
  /// Messages that differ in numbers alone are one, with `times`. Of very long logs with very many
  /// kinds of messages the two ends are kept.
  std::vector<encode::StderrLine> lines;
  std::int64_t last_frame = 0;           ///< of the last status line
  std::optional<double> status_seconds;  ///< time= of the last status line
  std::optional<double> input_seconds;   ///< Duration of the first input
  int mapping_line = 0;      ///< of the last "Stream mapping:", 0 if FFmpeg did not get so far
  bool has_input = false;    ///< an input was opened and described
  std::string input_format;  ///< of the first: "matroska,webm"
  bool has_video = false, has_audio = false, has_subtitle = false;  ///< streams of the inputs
};

/// Reads raw standard error, and also what people paste: with time stamps, level words, colours and
/// carriage returns. Linear in the size of the text.
Log read_log(std::string_view text);

}  // namespace mpegflow::retry
