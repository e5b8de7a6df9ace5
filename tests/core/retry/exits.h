#pragma once

#include <string>

#include "core/retry/classify.h"

namespace mpegflow::retry {

/// An FFmpeg that read in/main and ended by itself.
inline EncoderExit failed(std::string stderr_text, int code = 1) {
  EncoderExit exit;
  exit.exit_code = code;
  exit.stderr_text = std::move(stderr_text);
  exit.argv = {"-i", "in/main", "out/out.mp4"};
  return exit;
}

inline std::string reason_of(const EncoderExit& exit) {
  return classify(exit).reason;
}

}  // namespace mpegflow::retry
