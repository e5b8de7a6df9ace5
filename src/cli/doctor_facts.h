#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "process/process.h"

namespace mpegflow::cli {

/// A program that we start, as it was found.
struct ProgramFacts {
  std::string path;     ///< empty = not found
  std::string version;  ///< "5.1.9-0+deb12u1"
  std::string sha256;   ///< of the executable, hex
  std::string problem;  ///< why it cannot be used, and what to do; empty = it can
};

/// Something an FFmpeg is built with, or not.
struct FeatureFacts {
  std::string name;  ///< "libx264"
  bool is_there = false;
};

/// What `mpegflow doctor` judges. Filled by whoever may look at the machine.
struct DoctorFacts {
  ProgramFacts ffmpeg, ffprobe, bubblewrap;
  std::vector<FeatureFacts> encoders;  ///< those that we need
  std::vector<FeatureFacts> filters;   ///< the same
  bool has_fonts = false;              ///< fontconfig finds at least one
  process::SandboxReport sandbox;
  base::Path state_directory;
  std::string state_problem;               ///< why it cannot be used; empty = it can
  std::optional<std::int64_t> free_bytes;  ///< at the state directory
  std::int64_t collectable_bytes = 0;      ///< of outputs that nobody can commit any more
  std::int64_t old_requests = 0;           ///< whose answers nobody asks for any more
};

}  // namespace mpegflow::cli
