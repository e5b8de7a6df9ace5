#include "core/retry/ffmpeg_names.h"

#include <array>

#include "core/retry/ffmpeg_name_lists.h"

namespace mpegflow::retry {
namespace {

using namespace names;

constexpr std::array<std::string_view, 13> kHardwareCodecs = {
    "h264",  "hevc",  "h265",   "av1", "vp8",  "vp9", "mjpeg",
    "mpeg2", "mpeg4", "prores", "vvc", "h263", "jpeg"};
constexpr std::array<std::string_view, 13> kHardwareFamilies = {
    "nvenc", "qsv",    "vaapi", "amf",        "videotoolbox", "v4l2m2m", "mf",
    "omx",   "vulkan", "rkmpp", "mediacodec", "d3d12va",      "oh"};

bool has_word(std::string_view words, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const bool begins = at == 0 || words[at - 1] == ' ';
    if (begins && words[at + word.size()] == ' ') return true;
  }
  return false;
}

}  // namespace

bool is_hardware_codec(std::string_view name) {
  const std::size_t split = name.rfind('_');
  if (split == std::string_view::npos) return false;
  const auto has = [](const auto& list, std::string_view word) {
    for (const std::string_view entry : list)
      if (entry == word) return true;
    return false;
  };
  return has(kHardwareCodecs, name.substr(0, split)) &&
         has(kHardwareFamilies, name.substr(split + 1));
}

bool is_hardware_kind(std::string_view name) {
  return has_word(kHardwareKinds, name) || has_word("auto cuvid nvdec ", name);
}
bool is_codec_name(std::string_view name) {
  return has_word(kCodecs, name);
}
bool is_bitstream_filter_name(std::string_view name) {
  return has_word(kBitstreamFilters, name);
}
bool is_encoder_name(std::string_view name) {
  return has_word(kEncoders, name) || is_hardware_codec(name);
}
bool is_decoder_name(std::string_view name) {
  return has_word(kDecoders, name) || is_hardware_codec(name);
}
bool is_filter_name(std::string_view name) {
  return has_word(kFilters, name);
}
bool is_muxer_name(std::string_view name) {
  return has_word(kMuxers, name);
}
bool is_demuxer_name(std::string_view name) {
  return has_word(kDemuxers, name);
}
bool is_protocol_name(std::string_view name) {
  return has_word(kProtocols, name);
}
bool is_muxer_option(std::string_view name) {
  return has_word(kMuxerOptions, name);
}
bool is_hardware_option(std::string_view name) {
  return has_word(kHardwareOptions, name);
}
bool is_muxer_extension(std::string_view extension) {
  return has_word(kMuxerExtensions, extension);
}

}  // namespace mpegflow::retry
