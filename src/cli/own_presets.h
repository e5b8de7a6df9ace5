#pragma once

#include <vector>

#include "base/result.h"
#include "cli/context.h"
#include "core/submit/preset_set.h"

namespace mpegflow::cli {

/// The user's own presets: every .yaml, .yml and .json of the folder that the settings name, sound
/// or not. No folder, no presets.
base::Result<std::vector<submit::OwnPreset>> read_preset_folder(const Context& context);

}  // namespace mpegflow::cli
