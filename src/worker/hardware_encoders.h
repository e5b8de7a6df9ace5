#pragma once

#include <set>
#include <string>

#include "worker/encoder.h"

namespace mpegflow::worker {

/// Whether the machine has a device that FFmpeg could encode with. `root` is where /dev and /proc
/// are; "/" but in tests.
bool has_encoding_device(const base::Path& root = "/");

/// The encoders that this FFmpeg lists without those of hardware: a build lists what it was
/// compiled with, whether the hardware is there or not.
std::set<std::string> list_software_encoders(const Encoder& encoder);

/// And those of hardware that really encode a frame here, tried one after the other; none is tried
/// where there is no device. `folder` is for the working folders of the tries.
std::set<std::string> find_working_encoders(const Encoder& encoder,
                                            process::ProcessRunner& processes,
                                            const base::Path& folder, const base::Path& root = "/");

}  // namespace mpegflow::worker
