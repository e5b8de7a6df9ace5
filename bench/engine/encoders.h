#pragma once

#include <vector>

#include <sys/types.h>

#include "base/file.h"

namespace mpegflow::bench {

/// One endless x264 encode per CPU, each with the priority that mpegflow gives to FFmpeg, as long
/// as this lives.
class Encoders {
 public:
  explicit Encoders(const base::Path& folder);
  Encoders(const Encoders&) = delete;
  Encoders& operator=(const Encoders&) = delete;
  ~Encoders();

 private:
  std::vector<pid_t> pids_;
};

}  // namespace mpegflow::bench
