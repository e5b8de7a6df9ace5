#pragma once

#include "base/file.h"
#include "base/json.h"
#include "worker/encoder.h"

namespace mpegflow::worker {

/// What this machine is, for the server to know: cores, memory (or what a cgroup leaves of it),
/// disk at `folder`, what its processor can do, devices that encode, the encoders that work here,
/// and the filters, decoders, muxers and fonts of its FFmpeg. Encoders of hardware are tried by
/// `processes`.
base::json::object find_host_facts(const Encoder& encoder, process::ProcessRunner& processes,
                                   const base::Path& folder);

/// Whether fonts are asked for, which takes a program of its own.
enum class Fonts { asked, not_asked };

/// The little of it that decides which tasks `mpegflow run` cannot do: the encoders of software,
/// and of filters, decoders and muxers those that not every FFmpeg has. Where there is hardware
/// nothing is said of encoders, for none is tried.
base::json::object find_rare_facts(const Encoder& encoder, process::ProcessRunner& processes,
                                   const base::Path& folder, Fonts fonts);

}  // namespace mpegflow::worker
