#include "core/retry/hardware_words.h"

#include <algorithm>
#include <array>

#include "core/retry/ffmpeg_names.h"
#include "core/retry/words.h"

namespace mpegflow::retry {
namespace {

/// Contexts in which a message may be about hardware without saying so in its name.
bool may_use_hardware(std::string_view context) {
  constexpr std::array<std::string_view, 5> kTools = {"dec:", "enc:", "vist#", "vost#", "Parsed_"};
  return is_decoder_name(context) ||
         std::any_of(kTools.begin(), kTools.end(),
                     [&](std::string_view tool) { return context.starts_with(tool); });
}

/// Names of interfaces that stand for themselves, not within a path or a file name.
bool names_interface(std::string_view text) {
  static const re2::RE2 kInterface(
      R"((?i)(?:^|[\s'"(])(?:hw_?(?:accel|device|frames?|context)\w*|hardware|va-?api|libva|vdpau|dxva2?|d3d\d+\w*|direct3d\w*|idirect\w+|cu(?:da|vid)\w*|nv(?:dec|enc|idia)|qsv|mfx\w*|onevpl|amf|vulkan|opencl|videotoolbox|mediacodec|mmal|omx_?\w*|rkmpp|gpus?)(?:[\s'":;,!)]|\.?$|\. ))");
  // As every call of libva fails: its number and what libva says of that.
  static const re2::RE2 kVideoAcceleration(
      R"(^Failed to (?:create|destroy|upload|query|begin|end|sync|render|map) [^:]+: -?\d+ \()");
  static const re2::RE2 kDecoderObject(
      R"(decoder (?:GUIDs?|surfaces?|configurations?|output view))");
  return matches(text, kInterface) || matches(text, kVideoAcceleration) ||
         matches(text, kDecoderObject);
}

}  // namespace

bool is_hardware_context(std::string_view context) {
  constexpr std::array<std::string_view, 31> kParts = {
      "nvenc",      "nvdec",        "cuvid", "_qsv",    "QSV",   "vaapi",      "_amf",  "AMF",
      "AVHW",       "hwupload",     "hwmap", "vulkan",  "cuda",  "hwdownload", "_npp",  "opencl",
      "libplacebo", "videotoolbox", "d3d1",  "v4l2m2m", "rkmpp", "mediacodec", "dxva2", "vdpau",
      "_omx",       "_mmal",        "_mf",   "rkrga",   "nvmpi", "_ohcodec",   "VCU"};
  return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) {
    return context.find(part) != std::string_view::npos;
  });
}

bool names_device(std::string_view text) {
  static const re2::RE2 kDevice(
      R"(\b[Dd]evice (?:setup|creation|initiali[sz]ation) failed|for option '(?:init_hw_device|filter_hw_device|vaapi_device|qsv_device|hwaccel\w*)': |hwaccel initiali[sz]ation returned)");
  return matches(text, kDevice);
}

std::string_view find_hardware_reason(std::string_view context, std::string_view text,
                                      bool is_running) {
  const bool is_hardware = is_hardware_context(context) || names_device(text) ||
                           (may_use_hardware(context) && names_interface(text));
  if (!is_hardware) return "";
  static const re2::RE2 kSessions(
      R"((?i)sessions?\b.*(?:limit|too many|maximum|exceed)|concurrent)");
  static const re2::RE2 kMemory(R"((?i)out of (?:\w+ )?memory|no (?:free |more )?surfaces?)");
  static const re2::RE2 kDriver(R"((?i)too old|upgrade|update (?:your|the)|version mismatch)");
  static const re2::RE2 kCapability(
      R"((?i)n't support|not support|unsupported|not within|exceeds|not implemented|no (?:\w+ )?(?:usable|valid\S*|compatible|supported|capable)|requires (?:at least|tier)|too many)");
  if (matches(text, kSessions)) return "gpu_session_limit";
  if (matches(text, kMemory)) return "gpu_out_of_memory";
  if (matches(text, kDriver)) return "gpu_driver_mismatch";
  if (matches(text, kCapability)) return "gpu_capability_missing";
  return is_running ? "gpu_fault" : "gpu_unavailable";
}

}  // namespace mpegflow::retry
