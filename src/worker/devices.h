#pragma once

#include <string>
#include <vector>

#include "process/process.h"

namespace mpegflow::worker {

/// The nodes of devices that FFmpeg can encode, decode and filter with, as far as they are there,
/// and what drivers read of the machine; empty where there is no node. `root` is where /dev and
/// /sys are; "/" but in tests.
process::Devices list_devices(const base::Path& root = "/");

/// Those that a command may see: none unless it can do nothing without.
process::Devices list_devices_for(const std::vector<std::string>& argv,
                                  const base::Path& root = "/");

}  // namespace mpegflow::worker
