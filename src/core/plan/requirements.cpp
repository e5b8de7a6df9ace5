#include "core/plan/requirements.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/encode/needed_encoders.h"
#include "core/retry/ffmpeg_names.h"
#include "core/verify/command_shape.h"

namespace mpegflow::plan {
namespace {

constexpr std::string_view kUsualLibraries[] = {"libx264", "libx264rgb", "libx265", "libsvtav1"};

/// Filters that are there only if a build was given their library.
constexpr std::string_view kLibraryFilters[] = {
    "asr",        "ass",       "bs2b",        "dnn_classify",  "dnn_detect",       "dnn_processing",
    "drawtext",   "drawvg",    "flite",       "frei0r",        "frei0r_src",       "iccdetect",
    "iccgen",     "ladspa",    "lensfun",     "libplacebo",    "libvmaf",          "lv2",
    "ocr",        "ocv",       "opencolorio", "qrencode",      "qrencodesrc",      "quirc",
    "rubberband", "sofalizer", "subtitles",   "vidstabdetect", "vidstabtransform", "whisper",
    "zmq",        "azmq"};

constexpr std::string_view kHardwareEnds[] = {"_cuda",   "_npp",    "_qsv", "_vaapi",
                                              "_vulkan", "_opencl", "_amf", "_vt"};

constexpr std::string_view kGraphOptions[] = {"-vf", "-af", "-filter", "-filter_complex", "-lavfi"};

bool is_rare_encoder(std::string_view name) {
  if (retry::is_hardware_codec(name)) return true;
  return name.starts_with("lib") && retry::is_encoder_name(name) &&
         std::ranges::find(kUsualLibraries, name) == std::end(kUsualLibraries);
}

/// "-filter_complex" and also "-filter:v:0".
bool is_graph_option(std::string_view word) {
  return std::ranges::find(kGraphOptions, word.substr(0, word.find(':'))) !=
         std::end(kGraphOptions);
}

}  // namespace

bool is_hardware_filter(std::string_view name) {
  return retry::is_filter_name(name) &&
         std::ranges::any_of(kHardwareEnds,
                             [&](std::string_view end) { return name.ends_with(end); });
}

bool is_rare_filter(std::string_view name) {
  return std::ranges::find(kLibraryFilters, name) != std::end(kLibraryFilters) ||
         is_hardware_filter(name);
}

queue::Requirements find_requirements(const std::vector<std::string>& argv) {
  queue::Requirements requirements;
  for (const std::string& name : encode::find_needed_encoders(argv))
    if (is_rare_encoder(name)) requirements.insert("encoder:" + name);
  for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
    if (!is_graph_option(argv[i])) continue;
    for (const std::string& name : verify::list_filters(argv[i + 1]))
      if (is_rare_filter(name)) requirements.insert("filter:" + name);
  }
  return requirements;
}

}  // namespace mpegflow::plan
