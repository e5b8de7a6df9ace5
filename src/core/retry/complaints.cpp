#include "core/retry/complaints.h"

#include <algorithm>
#include <array>
#include <span>

#include <re2/re2.h>

#include "core/retry/ffmpeg_names.h"
#include "core/retry/network_words.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

bool has_part(std::string_view context, std::span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return context.find(part) != std::string_view::npos;
  });
}

Part find_part(std::string_view context, bool is_output) {
  constexpr std::array<std::string_view, 22> kHardware = {
      "nvenc",      "nvdec",    "cuvid", "_qsv",    "QSV",        "vaapi",     "_amf", "AMF",
      "AVHW",       "hwupload", "hwmap", "vulkan",  "hwdownload", "cuda",      "_npp", "opencl",
      "libplacebo", "d3d1",     "dxva2", "v4l2m2m", "rkmpp",      "mediacodec"};
  if (has_part(context, kHardware) || context.find("videotoolbox") != std::string_view::npos)
    return Part::hardware;
  if (context.starts_with("Parsed_") || context == "AVFilterGraph") return Part::filter;
  if (context.starts_with("enc:")) return Part::encoder;
  if (context.starts_with("dec:")) return Part::decoder;
  const bool can_encode = is_encoder_name(context), can_decode = is_decoder_name(context);
  if (can_encode && (is_output || !can_decode)) return Part::encoder;
  if (can_decode) return Part::decoder;
  const std::string_view format = context.substr(0, context.find(','));
  const bool can_write = is_muxer_name(format), can_read = is_demuxer_name(format);
  if (can_write && (is_output || !can_read)) return Part::muxer;
  if (can_read) return Part::demuxer;
  return is_filter_name(context) ? Part::filter : Part::other;
}

bool complains(std::string_view text) {
  static const re2::RE2 kComplaint(
      R"((?i)error|fail|invalid|unable|cannot|can't|could not|couldn't|unsupported|not supported|unknown|missing|illegal|incorrect|must be|no such|too (?:many|large|small|low|high|big|short|long)|out of range|not (?:allowed|found|available|permitted|valid|possible|implemented)|refus|denied)");
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kComplaint);
}

std::string_view reason_of(Part part, bool is_running) {
  switch (part) {
    case Part::hardware: return is_running ? "gpu_fault" : "gpu_unavailable";
    case Part::filter: return "filtergraph_invalid";
    case Part::encoder: return "encoder_params_invalid";
    case Part::decoder: return "bitstream_corrupt";
    case Part::muxer: return "codec_container_mismatch";
    case Part::demuxer: return "input_corrupt";
    case Part::other: return "";
  }
  return "";
}

}  // namespace

std::optional<Finding> judge_part(const Case& c, Part wanted) {
  const bool is_output = has_hit(c, "header") || has_hit(c, "encoder_open");
  for (const StderrLine& line : c.log.lines) {
    const Part part = find_part(line.context, is_output);
    if (part == Part::other || (wanted != Part::other && part != wanted)) continue;
    if (line.number < c.log.mapping_line && part != Part::hardware) continue;
    if (!complains(line.text)) continue;
    return make_finding(reason_of(part, c.log.last_frame > 0),
                        part == Part::hardware ? "part_hardware" : "part", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_network(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (!complains(line.text)) continue;
    const std::string_view reason = find_network_reason(line.context, line.text);
    if (!reason.empty()) return make_finding(reason, "part_network", {evidence_of(line)});
  }
  return std::nullopt;
}

}  // namespace mpegflow::retry
