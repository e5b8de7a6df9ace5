#include "core/retry/complaints.h"

#include "core/retry/errno_words.h"
#include "core/retry/ffmpeg_names.h"
#include "core/retry/hardware_words.h"
#include "core/retry/network_words.h"
#include "core/retry/words.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

/// Who complained, by the name in front of a message.
enum class Part { other, filter, encoder, decoder, muxer, demuxer };

/// Hardware apart, which has words of its own.
Part find_part(std::string_view context, bool is_output) {
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
      R"((?i)error|fail|invalid|unable|cannot|can't|could not|couldn't|unsupported|not supported|unknown|missing|illegal|incorrect|must be|no such|too (?:many|large|small|low|high|big|short|long)|out of range|not (?:allowed|found|available|permitted|valid|possible|implemented)|n't |refus|denied|unrecogni|undefined|mismatch|unexpected|is required|returned -?0x|handshake|prematur|\blost\b|reset by|abort|matches no|does not)");
  return matches(text, kComplaint);
}

std::string_view reason_of(Part part) {
  switch (part) {
    case Part::filter: return "filtergraph_invalid";
    case Part::encoder: return "encoder_params_invalid";
    case Part::decoder: return "bitstream_corrupt";
    case Part::muxer: return "codec_container_mismatch";
    case Part::demuxer: return "input_corrupt";
    case Part::other: return "";
  }
  return "";
}

/// Whose path it is: of an output, of an input, or of something else that the job names.
std::string_view judge_path_error(const Case& c, const StderrLine& line) {
  const std::string_view context = line.context;
  const auto names = [&](std::string_view word) {
    return !word.empty() && line.text.find(word) != std::string::npos;
  };
  const bool is_output = context.starts_with("out#") || names("output") ||
                         (!c.exit.argv.empty() && names(c.exit.argv.back())) ||
                         find_part(context, true) == Part::muxer;
  if (is_output) return "output_path_invalid";
  if (context.starts_with("in#") || names("input")) return judge_missing_input(c, true);
  return "asset_missing";
}

/// A shell or the loader says it with the name of the program in front, as FFmpeg never does.
std::string_view find_loader_reason(const StderrLine& line) {
  static const re2::RE2 kLoader(R"(^\S*ff(?:mpeg|probe)(?:\.exe)?: )");
  static const re2::RE2 kLibrary(R"((?i)version|symbol|librar|\.so\b|dll)");
  static const re2::RE2 kDenied(R"((?i)denied|format|execut)");
  if (!line.context.empty() || !matches(line.text, kLoader)) return "";
  if (matches(line.text, kLibrary)) return "shared_library_missing";
  return matches(line.text, kDenied) ? "binary_not_executable" : "binary_missing";
}

/// A sentence of the tool itself about what the command names, in the words of its parts.
std::string_view find_refusal(const StderrLine& line) {
  static const re2::RE2 kWrapper(
      R"(^(?:Error (?:opening|parsing)|Conversion failed|Exiting|Task finished|Terminating|Killed|Terminated)|^(?:Input|Output|Stream|Chapter) #|^\w[\w-]*\s+: )");
  static const re2::RE2 kMap(R"((?i)\bmap\b|stream specifier|(?:file|stream) index)");
  static const re2::RE2 kExists(R"(already exists|[Oo]verwrit)");
  static const re2::RE2 kOutput(R"((?i)\b(?:input|output) (?:file|url)s? must)");
  static const re2::RE2 kFilter(R"((?i)filter)");
  static const re2::RE2 kAsset(R"((?i)\bpreset\b.*(?:not found|no such|cannot|could not))");
  static const re2::RE2 kOption(R"((?i)\boptions?\b)");
  static const re2::RE2 kValue(
      R"((?i)\b(?:arguments?|pars(?:e|ing)|syntax|specif\w+|hwaccel|formats?|codecs?|streams?|protocol|values?|labels?|(?:de)?muxer|encoder|decoder)\b)");
  const auto says = [&](const re2::RE2& pattern) { return matches(line.text, pattern); };
  const bool is_from_tool = line.context.empty() || line.context.find('#') != std::string::npos;
  if (!is_from_tool || says(kWrapper) || !find_machine_reason(line.text).empty()) return "";
  if (says(kExists)) return "output_exists";
  if (says(kOutput)) return "no_output_specified";
  if (!complains(line.text)) return "";
  if (says(kAsset)) return "asset_missing";
  if (says(kMap)) return "map_invalid";
  if (says(kFilter)) return "filtergraph_invalid";
  if (says(kOption)) return "invalid_option";
  return says(kValue) ? "invalid_option_value" : "";
}

}  // namespace

std::optional<Finding> judge_hardware(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (!complains(line.text)) continue;
    const std::string_view reason =
        find_hardware_reason(line.context, line.text, c.log.last_frame > 0);
    if (!reason.empty()) return make_finding(reason, "part_hardware", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_part(const Case& c) {
  const bool is_output = has_hit(c, "header") || has_hit(c, "encoder_open");
  for (const StderrLine& line : c.log.lines) {
    const std::string_view reason = reason_of(find_part(line.context, is_output));
    if (reason.empty() || line.number < c.log.mapping_line || !complains(line.text)) continue;
    return make_finding(reason, "part", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_errno(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (line.number < c.log.mapping_line) continue;
    if (const std::string_view reason = find_loader_reason(line); !reason.empty())
      return make_finding(reason, "loader", {evidence_of(line)});
    const std::string_view reason =
        is_path_error(line.text) ? judge_path_error(c, line) : find_machine_reason(line.text);
    if (!reason.empty()) return make_finding(reason, "errno", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_command(const Case& c) {
  const bool has_begun = c.log.mapping_line > 0 || c.log.last_frame > 0 || c.log.status_seconds;
  if (has_begun || c.exit.tool != "ffmpeg") return std::nullopt;
  for (const StderrLine& line : c.log.lines) {
    const std::string_view reason = find_refusal(line);
    if (!reason.empty()) return make_finding(reason, "command", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_network(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (!complains(line.text)) continue;
    const std::string_view reason = find_network_reason(line.context, line.text);
    if (!reason.empty()) return make_finding(reason, "part_network", {evidence_of(line)});
  }
  for (const StderrLine& line : c.log.lines) {
    if (!complains(line.text)) continue;
    const std::string_view reason = guess_network_reason(line.context, line.text);
    if (!reason.empty()) return make_finding(reason, "part_protocol", {evidence_of(line)});
  }
  return std::nullopt;
}

std::optional<Finding> judge_connection(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (!is_network_protocol(line.context) || !complains(line.text)) continue;
    const std::string_view reason = find_network_reason(line.context, line.text);
    if (reason == "network_reset" || reason == "network_timeout")
      return make_finding(reason, "part_network", {evidence_of(line)});
  }
  return std::nullopt;
}

}  // namespace mpegflow::retry
