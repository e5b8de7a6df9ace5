#pragma once

#include "worker/encoder.h"

namespace mpegflow::worker {

/// Sees to it that what options this FFmpeg has, and which of them take a value, stands in its
/// cache folder (core/command/options_record.h). It is asked once per encoder revision; where it
/// does not answer, nothing stands there. `folder` is for the questions' own files.
void remember_options(const Encoder& encoder, process::ProcessRunner& processes,
                      const base::Path& folder);

}  // namespace mpegflow::worker
