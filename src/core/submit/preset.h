#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/submit/fault.h"

namespace mpegflow::submit {

/// A part of a spec under a name: renditions, audio, packaging. A version of it never changes; a
/// job keeps the hash of what it was made with.
struct Preset {
  std::string name;
  std::int64_t version = 0;
  std::string description;
  base::json::object settings;  ///< the keys of a spec that it sets, in canonical form
  std::string text;             ///< the whole file
  std::string sha256;           ///< of the text

  bool operator==(const Preset&) const = default;
};

/// "hls-h264@1"
std::string to_reference(const Preset& preset);

/// "hls-h264" or "hls-h264@1", as a spec names one.
struct PresetReference {
  std::string name;
  std::optional<std::int64_t> version;  ///< nullopt = the highest there is

  bool operator==(const PresetReference&) const = default;
};
std::optional<PresetReference> parse_preset_reference(std::string_view text);

/// What parse_preset_reference() accepts, for the schema.
inline constexpr const char* kPresetReferencePattern =
    "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}(@[1-9][0-9]{0,5})?$";

/// The preset, or every reason why there is none: exactly one of the two.
struct PresetReading {
  std::optional<Preset> preset;
  std::vector<Fault> faults;
};

/// Reads the text of a preset's file, YAML or JSON. Never throws.
PresetReading read_preset(std::string_view text);

/// Whether `key` is one of a spec's that a preset may set.
bool is_preset_setting(std::string_view key);

}  // namespace mpegflow::submit
