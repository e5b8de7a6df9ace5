// The classifier: arbitrary bytes as standard error.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/retry/classify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  mpegflow::retry::EncoderExit exit;
  // The first byte is the exit code, or a signal.
  if (data[0] < 65) exit.signal = data[0];
  else exit.exit_code = data[0] == 65 ? 0 : data[0];
  exit.argv = {"ffmpeg", "-i", "in.mp4", "-c:v", "libx264", "out.mp4"};
  exit.stderr_text.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  const mpegflow::retry::Finding finding = mpegflow::retry::classify(exit);
  if (finding.reason.empty() || finding.cause.empty() || finding.rule.empty()) __builtin_trap();
  return 0;
}
