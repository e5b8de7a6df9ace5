#pragma once

#include "base/file.h"
#include "base/json.h"
#include "worker/encoder.h"

namespace mpegflow::worker {

/// What this machine is, for the server to know: cores, memory, disk at `folder`, what its
/// processor can do, devices that encode, and what its FFmpeg has built in.
base::json::object find_host_facts(const Encoder& encoder, const base::Path& folder);

}  // namespace mpegflow::worker
