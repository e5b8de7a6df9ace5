#pragma once

#include <string>
#include <vector>

namespace mpegflow::plan {

/// Whether an FFmpeg command names an encoder, decoder or filter of hardware, or asks for its help
/// (-hwaccel, -init_hw_device): it can do nothing without the nodes of a device.
bool needs_device(const std::vector<std::string>& argv);

}  // namespace mpegflow::plan
