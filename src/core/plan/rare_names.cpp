#include "core/plan/rare_names.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::plan {
namespace {

constexpr std::string_view kUsualEncoders[] = {"libx264", "libx264rgb", "libx265", "libsvtav1"};

/// Filters that are there only if a build was given their library.
constexpr std::string_view kLibraryFilters[] = {
    "asr",        "ass",       "bs2b",        "dnn_classify",  "dnn_detect",       "dnn_processing",
    "drawtext",   "drawvg",    "flite",       "frei0r",        "frei0r_src",       "iccdetect",
    "iccgen",     "ladspa",    "lensfun",     "libplacebo",    "libvmaf",          "lv2",
    "ocr",        "ocv",       "opencolorio", "qrencode",      "qrencodesrc",      "quirc",
    "rubberband", "sofalizer", "subtitles",   "vidstabdetect", "vidstabtransform", "whisper",
    "zmq",        "azmq"};

constexpr std::string_view kFilterEnds[] = {"_cuda",   "_npp",    "_qsv", "_vaapi",
                                            "_vulkan", "_opencl", "_amf", "_vt"};

constexpr std::string_view kDecoderEnds[] = {"_cuvid", "_mmal", "_crystalhd", "_at"};

/// Codecs that nothing decodes in a build without one of these libraries, or of an older release.
/// The av1 of FFmpeg itself is none: it only drives hardware.
struct CodecDecoders {
  std::string_view codec, decoders;
};
constexpr CodecDecoders kCodecDecoders[] = {{"av1", "libdav1d/libaom-av1"},
                                            {"vvc", "vvc/libvvdec"},
                                            {"evc", "libxevd"},
                                            {"avs2", "libdavs2"},
                                            {"avs3", "libuavs3d"},
                                            {"apv", "apv/liboapv"},
                                            {"jpegxl", "libjxl"},
                                            {"jpegxl_anim", "libjxl_anim"},
                                            {"codec2", "libcodec2"},
                                            {"lc3", "liblc3"},
                                            {"mpegh_3d_audio", "libmpeghdec"},
                                            {"dvb_teletext", "libzvbi_teletextdec"},
                                            {"arib_caption", "libaribcaption/libaribb24"}};

/// Muxers of a library, and those that FFmpeg 4.0 did not have.
struct RareMuxer {
  std::string_view name, extensions;
};
constexpr RareMuxer kRareMuxers[] = {
    {"ac4", "ac4"},          {"aea", "aea"},   {"amv", "amv"},      {"apm", "apm"},
    {"apv", "apv"},          {"argo_asf", ""}, {"argo_cvg", "cvg"}, {"avif", "avif"},
    {"avs3", "avs3"},        {"kvag", "vag"},  {"chromaprint", ""}, {"dfpwm", "dfpwm"},
    {"evc", "evc"},          {"iamf", "iamf"}, {"lc3", "lc3"},      {"mcc", "mcc"},
    {"obu", "obu"},          {"pdv", "pdv"},   {"rcwt", "rcwt"},    {"ttml", "ttml"},
    {"vvc", "vvc|h266|266"}, {"whip", ""}};

template <std::size_t N>
bool ends_like(std::string_view name, const std::string_view (&ends)[N]) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return name.ends_with(end); });
}

bool has_word(std::string_view words, char separator, std::string_view word) {
  const auto list = base::split(words, separator);
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

bool is_rare_encoder(std::string_view name) {
  if (retry::is_hardware_codec(name)) return true;
  return name.starts_with("lib") && retry::is_encoder_name(name) &&
         std::ranges::find(kUsualEncoders, name) == std::end(kUsualEncoders);
}

bool is_hardware_decoder(std::string_view name) {
  return retry::is_decoder_name(name) && !name.ends_with("_nvenc") &&
         (retry::is_hardware_codec(name) || ends_like(name, kDecoderEnds));
}

bool is_rare_decoder(std::string_view name) {
  return is_hardware_decoder(name) || (name.starts_with("lib") && retry::is_decoder_name(name)) ||
         std::ranges::any_of(kCodecDecoders, [&](const CodecDecoders& row) {
           return has_word(row.decoders, '/', name);
         });
}

bool is_hardware_filter(std::string_view name) {
  return retry::is_filter_name(name) && ends_like(name, kFilterEnds);
}

bool is_rare_filter(std::string_view name) {
  return std::ranges::find(kLibraryFilters, name) != std::end(kLibraryFilters) ||
         is_hardware_filter(name);
}

bool is_rare_muxer(std::string_view name) {
  return std::ranges::find(kRareMuxers, name, &RareMuxer::name) != std::end(kRareMuxers);
}

std::string find_rare_muxer(std::string_view extension) {
  if (extension.empty()) return {};
  for (const RareMuxer& row : kRareMuxers)
    if (has_word(row.extensions, '|', extension)) return std::string(row.name);
  return {};
}

std::string find_rare_decoders(std::string_view codec) {
  for (const CodecDecoders& row : kCodecDecoders)
    if (row.codec == codec) return std::string(row.decoders);
  return {};
}

}  // namespace mpegflow::plan
