#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/submit/preset.h"

namespace mpegflow::submit {

/// The presets that are part of the program; by name, the highest version of each first.
const std::vector<Preset>& built_in_presets();

/// A file of a user's own presets, as it was found.
struct PresetFile {
  std::string name;  ///< "talks@2.yaml"
  std::string text;
};

/// One of a user's own presets, or a file that should be one and is not.
struct OwnPreset {
  std::string file;
  PresetReading reading;
};

/// Reads them, in the order of their files' names. Besides what read_preset() refuses it is a fault
/// if the file is not named after the preset ("NAME@VERSION.yaml") or takes the name of a built-in
/// one.
std::vector<OwnPreset> read_own_presets(std::vector<PresetFile> files);

/// What a reference stands for, or the fault that says why it stands for nothing (its path is
/// empty).
struct PresetLookup {
  const Preset* preset = nullptr;
  Fault fault;
};
PresetLookup find_preset(std::string_view reference, std::span<const OwnPreset> own);

}  // namespace mpegflow::submit
