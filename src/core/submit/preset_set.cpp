#include "core/submit/preset_set.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/result.h"
#include "base/text.h"

// The names are those of assembler symbols.
// NOLINTBEGIN(readability-identifier-naming)
// Puts the bytes of a file into .rodata between NAME and NAME_end.
#define EMBED(name, file)                                                          \
  __asm__(".pushsection .rodata\n.global " #name "\n.global " #name "_end\n" #name \
          ":\n.incbin \"" MPEGFLOW_PRESETS_DIR "/" file "\"\n" #name               \
          "_end:\n.byte 0\n.popsection\n");                                        \
  extern "C" const char name[];                                                    \
  extern "C" const char name##_end[];

EMBED(mpegflow_preset_audio_only_1, "audio-only@1.yaml")
EMBED(mpegflow_preset_dash_1, "dash@1.yaml")
EMBED(mpegflow_preset_hls_av1_1, "hls-av1@1.yaml")
EMBED(mpegflow_preset_hls_h264_1, "hls-h264@1.yaml")
EMBED(mpegflow_preset_hls_h264_hevc_1, "hls-h264-hevc@1.yaml")
EMBED(mpegflow_preset_mp4_h264_1, "mp4-h264@1.yaml")
// NOLINTEND(readability-identifier-naming)

namespace mpegflow::submit {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool is_before(const Preset& a, const Preset& b) {
  return a.name != b.name ? a.name < b.name : a.version > b.version;
}

bool is_built_in_name(std::string_view name) {
  return std::ranges::find(built_in_presets(), name, &Preset::name) != built_in_presets().end();
}

void check_name(const std::string& file, PresetReading& reading) {
  const auto refuse = [&](std::string_view path, FaultCode code, std::string message) {
    reading.faults.push_back(
        {.path = std::string(path), .code = code, .message = std::move(message)});
  };
  if (!reading.preset) return;
  const std::string expected = to_reference(*reading.preset);
  const std::string stem = file.substr(0, file.find_last_of('.'));
  if (stem != expected)
    refuse("preset", FaultCode::conflict,
           fmt::format("it is {}, but the file is named {}; expected a file named {}.yaml",
                       expected, quote(file), expected));
  if (is_built_in_name(reading.preset->name))
    refuse("preset", FaultCode::conflict,
           fmt::format("{} is the name of a built-in preset; expected another name",
                       quote(reading.preset->name)));
  if (!reading.faults.empty()) reading.preset.reset();
}

/// All there are to choose from.
std::vector<const Preset*> list_all(std::span<const OwnPreset> own) {
  std::vector<const Preset*> all;
  for (const Preset& preset : built_in_presets()) all.push_back(&preset);
  for (const OwnPreset& one : own)
    if (one.reading.preset) all.push_back(&*one.reading.preset);
  return all;
}

/// The file that would be what is asked for, if it were sound.
const OwnPreset* find_faulty(const PresetReference& reference, std::span<const OwnPreset> own) {
  for (const OwnPreset& one : own) {
    const std::string stem = one.file.substr(0, one.file.find_last_of('.'));
    const auto named = parse_preset_reference(stem);
    if (!one.reading.preset && named && named->name == reference.name &&
        (!reference.version || reference.version == named->version))
      return &one;
  }
  return nullptr;
}

Fault make_unknown(const PresetReference& reference, std::string_view text,
                   std::span<const OwnPreset> own) {
  if (const OwnPreset* faulty = find_faulty(reference, own))
    return {.code = FaultCode::unknown_word,
            .message = fmt::format("{} is at fault: {}; see mpegflow preset check",
                                   base::to_printable(faulty->file),
                                   faulty->reading.faults.front().message)};
  std::vector<std::string> names, versions;
  for (const Preset* preset : list_all(own)) {
    if (std::ranges::find(names, preset->name) == names.end()) names.push_back(preset->name);
    if (preset->name == reference.name) versions.push_back(to_reference(*preset));
  }
  if (!versions.empty())
    return {
        .code = FaultCode::unknown_word,
        .message = fmt::format("{} is not known; there is {}", quote(text), join_words(versions))};
  const std::vector<std::string_view> views(names.begin(), names.end());
  return {
      .code = FaultCode::unknown_word,
      .message = fmt::format("{} is not known; expected one of {}", quote(text), join_words(names)),
      .nearest = base::find_nearest_word(reference.name, views).value_or("")};
}

}  // namespace

const std::vector<Preset>& built_in_presets() {
  static const std::vector<Preset> kPresets = [] {
    std::vector<Preset> presets;
    for (const std::string_view text : {
             between(mpegflow_preset_audio_only_1, mpegflow_preset_audio_only_1_end),
             between(mpegflow_preset_dash_1, mpegflow_preset_dash_1_end),
             between(mpegflow_preset_hls_av1_1, mpegflow_preset_hls_av1_1_end),
             between(mpegflow_preset_hls_h264_1, mpegflow_preset_hls_h264_1_end),
             between(mpegflow_preset_hls_h264_hevc_1, mpegflow_preset_hls_h264_hevc_1_end),
             between(mpegflow_preset_mp4_h264_1, mpegflow_preset_mp4_h264_1_end),
         }) {
      PresetReading reading = read_preset(text);
      base::check(reading.preset.has_value(), "a built-in preset has no faults");
      presets.push_back(*std::move(reading.preset));
    }
    std::ranges::sort(presets, is_before);
    return presets;
  }();
  return kPresets;
}

std::vector<OwnPreset> read_own_presets(std::vector<PresetFile> files) {
  std::ranges::sort(files, {}, &PresetFile::name);
  std::vector<OwnPreset> own;
  for (PresetFile& file : files) {
    OwnPreset one{std::move(file.name), read_preset(file.text)};
    check_name(one.file, one.reading);
    own.push_back(std::move(one));
  }
  return own;
}

PresetLookup find_preset(std::string_view text, std::span<const OwnPreset> own) {
  const auto reference = parse_preset_reference(text);
  if (!reference)
    return {
        nullptr,
        {.code = FaultCode::malformed,
         .message = fmt::format("{} names no preset; expected NAME or NAME@VERSION", quote(text))}};
  const Preset* found = nullptr;
  for (const Preset* preset : list_all(own)) {
    if (preset->name != reference->name) continue;
    if (reference->version ? preset->version == *reference->version
                           : found == nullptr || preset->version > found->version)
      found = preset;
  }
  if (found != nullptr) return {found, {}};
  return {nullptr, make_unknown(*reference, text, own)};
}

}  // namespace mpegflow::submit
