#pragma once

#include <set>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "process/process.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// The FFmpeg of this machine and its identity.
struct Encoder {
  base::Path ffmpeg;  ///< absolute, links resolved
  base::Path ffprobe;
  std::string version;  ///< "5.1.9-0+deb12u1"
  protocol::EncoderRevision revision;
  std::set<std::string> encoders, filters;
  base::Path cache_folder;  ///< where more is remembered of it (capabilities.h); empty = nowhere
};

struct EncoderSearch {
  std::string ffmpeg;   ///< path or name; empty = "ffmpeg" along `path`
  std::string ffprobe;  ///< the same; empty = beside ffmpeg, then along `path`
  std::string path;     ///< the PATH variable
  /// Where identities of unchanged files are remembered, so that a second start hashes nothing.
  base::Path cache_folder;
  base::Path scratch_folder;  ///< for the working folders of the questions asked
};

/// Finds FFmpeg and works out its encoder revision: sha256 over the executable and every shared
/// library that it loads. Errors: ffmpeg_missing with what to install.
base::Result<Encoder> find_encoder(const EncoderSearch& search, process::ProcessRunner& processes);

}  // namespace mpegflow::worker
