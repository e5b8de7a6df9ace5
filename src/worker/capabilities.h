#pragma once

#include <map>
#include <string>
#include <vector>

#include "worker/encoder.h"

namespace mpegflow::worker {

/// By list (encoders, decoders, filters, muxers, demuxers, bsfs, protocols, hwaccels, fonts) the
/// names that this FFmpeg knows. A list that could not be had is missing.
using CapabilityLists = std::map<std::string, std::vector<std::string>>;

/// All but the fonts. Asks the FFmpeg once per encoder revision; after that it is read from the
/// cache. `folder` is for the questions' own files.
CapabilityLists find_lists(const Encoder& encoder, process::ProcessRunner& processes,
                           const base::Path& folder);

/// And the fonts, which are those that fontconfig offers now to a process in the sandbox: they come
/// and go without the FFmpeg.
CapabilityLists find_capabilities(const Encoder& encoder, process::ProcessRunner& processes,
                                  const base::Path& folder);

}  // namespace mpegflow::worker
