#include "core/retry/judge.h"

#include <algorithm>

#include "base/text.h"
#include "core/retry/errno_words.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_url(std::string_view path) {
  return contains(path, "://");
}

bool is_subtitle_name(std::string_view path) {
  for (const std::string_view extension : {".srt", ".ass", ".ssa", ".vtt", ".sub"})
    if (path.ends_with(extension)) return true;
  return false;
}

std::string_view output_of(const EncoderExit& exit) {
  return exit.argv.empty() || exit.tool == "ffprobe" ? std::string_view() : exit.argv.back();
}

bool is_named(const std::optional<std::vector<std::string>>& names, std::string_view name) {
  return names && std::find(names->begin(), names->end(), name) != names->end();
}

bool is_filter_context(std::string_view context) {
  return context.starts_with("Parsed_") || context == "AVFilterGraph" || context == "swscaler" ||
         context.starts_with("vf#") || context.starts_with("af#") || context.starts_with("fc#") ||
         (is_filter_name(context) && !is_encoder_name(context) && !is_muxer_name(context));
}

bool says(const Case& c, std::string_view part) {
  return std::any_of(c.log.lines.begin(), c.log.lines.end(),
                     [&](const StderrLine& line) { return contains(line.text, part); });
}

bool is_before_mapping(const Case& c, const StderrLine& line) {
  const int mapping = find_mapping(c);
  return mapping == 0 || line.number < mapping;
}

// --- Names

std::string_view judge_encoder(const Case& c, std::string_view name) {
  if (has_other_version(c.exit)) return "version_mismatch";
  if (name == "none") return "codec_container_mismatch";
  return is_encoder_name(name) || is_codec_name(name) ? "encoder_unavailable" : "encoder_unknown";
}

std::string_view judge_option(const Case& c, std::string_view option) {
  if (has_other_version(c.exit)) return "version_mismatch";
  const std::string_view name = option.substr(0, option.find(':'));
  if (is_muxer_option(name)) return "muxer_unavailable";
  if (is_hardware_option(name)) return "hwaccel_unavailable";
  return "invalid_option";
}

std::string_view judge_filter(const Case& c, std::string_view filter) {
  if (filter.empty() || is_named(c.exit.facts.capabilities.filters, filter))
    return "filtergraph_invalid";
  if (has_other_version(c.exit)) return "version_mismatch";
  return is_filter_name(filter) ? "filter_unavailable" : "filter_unknown";
}

/// What it is near to is not where the options begin: it knew the ones before, so a later one is
/// malformed, as an unescaped colon in a path makes it.
bool has_read_options(const Case& c, const RuleHit& hit) {
  constexpr std::string_view kNear = "No option name near '";
  const std::string_view text = hit.line->text;
  const std::size_t equals = text.find('=', text.find('\''));
  for (const StderrLine& line : c.log.lines) {
    if (!line.text.starts_with(kNear) || equals == std::string_view::npos) continue;
    std::string_view near = std::string_view(line.text).substr(kNear.size());
    near = near.substr(0, near.rfind('\''));
    return near.empty() || !text.substr(equals + 1).starts_with(near.substr(0, 8));
  }
  return false;
}

/// "No option name near" is what a build says of a filter that it does not have, because it cannot
/// know the order of its options; of one that it has, only when the description is malformed.
std::string_view judge_filter_options(const Case& c, const RuleHit& hit) {
  const bool has_empty_filter = contains(hit.line->text, ",,");
  if (!has_hit(c, "filter_setup") || !says(c, "No option name near") || has_empty_filter)
    return "filtergraph_invalid";
  const std::string_view name = hit.name();
  if (is_named(c.exit.facts.capabilities.filters, name) || has_read_options(c, hit))
    return "filtergraph_invalid";
  return is_filter_name(name) ? "filter_unavailable" : "filter_unknown";
}

std::string_view judge_output_name(const Case& c, std::string_view path) {
  if (has_other_version(c.exit)) return "version_mismatch";
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return "muxer_unknown";
  return is_muxer_extension(path.substr(dot + 1)) ? "muxer_unavailable" : "muxer_unknown";
}

std::string_view judge_bitstream_filter(std::string_view name) {
  // One that the list has and this build does not is as rare as a build without h264_mp4toannexb.
  static_cast<void>(is_bitstream_filter_name(name));
  return "bsf_invalid";
}

// --- The network

std::string_view judge_http(const Case& c, const RuleHit& hit) {
  const std::string_view text = hit.line->text;
  const std::string_view output = output_of(c.exit);
  const bool is_output = is_url(output) && inputs_of(c.exit).size() &&
                         !std::any_of(c.exit.argv.begin(), c.exit.argv.end() - 1,
                                      [](const std::string& word) { return is_url(word); });
  if (is_output || text.starts_with("Error opening output")) return "upload_failed";
  if (contains(text, " 401") || contains(text, " 402") || contains(text, " 403") ||
      contains(text, " 407") || contains(text, " 451") || contains(text, "authorization failed"))
    return "input_forbidden";
  if (contains(text, " 404") || contains(text, " 410")) return "input_not_found";
  if (hit.rule->id == "http_5xx") return "http_5xx";
  return "http_client_error";
}

/// "Error opening input: Protocol not found" leaves it to the command line to say which.
std::string_view judge_protocol(const Case& c, std::string_view name) {
  if (is_protocol_name(name)) return "protocol_unavailable";
  if (!name.empty()) return "protocol_unknown";
  for (const std::string& word : c.exit.argv) {
    const std::size_t colon = word.find("://");
    if (colon != std::string::npos && is_protocol_name(word.substr(0, colon)))
      return "protocol_unavailable";
  }
  return "protocol_unknown";
}

std::string_view judge_demuxing_io(const Case& c) {
  const std::vector<std::string> inputs = inputs_of(c.exit);
  const bool is_streamed = c.exit.facts.stage_in == StageIn::streaming ||
                           std::any_of(inputs.begin(), inputs.end(),
                                       [](const std::string& path) { return is_url(path); });
  return is_streamed ? "network_reset" : "io_error";
}

// --- Files

/// "-f NAME" before the input: then FFmpeg does not look for itself what the input is.
bool is_format_forced(const EncoderExit& exit) {
  const auto input = std::find(exit.argv.begin(), exit.argv.end(), "-i");
  return input != exit.argv.end() && std::find(exit.argv.begin(), input, "-f") != input;
}

/// The input itself, in the order of what was learned about it before it was given up.
std::string_view judge_invalid_input(const Case& c, std::string_view path) {
  if (c.exit.facts.actual_bytes == 0 || c.exit.facts.expected_bytes == 0) return "input_empty";
  if (is_subtitle_name(path)) return "subtitle_invalid";
  if (is_format_forced(c.exit)) return "invalid_option_value";
  if (has_hit(c, "wav_empty")) return "input_empty";
  if (has_hit(c, "parameters")) return "input_parameters_invalid";
  if (has_hit(c, "not_media_score")) return "input_not_media";
  if (has_hit(c, "moov")) return "moov_missing";
  if (has_hit(c, "input_size")) return "input_dimensions_invalid";
  if (has_hit(c, "reading_header")) return "input_corrupt";
  return "input_not_media";
}

std::string_view judge_input_error(const Case& c, std::string_view path, std::string_view error,
                                   bool is_main) {
  if (error == "No such file or directory")
    return judge_missing_input(c, is_main && !says(c, "Impossible to open '"));
  if (error == "Permission denied") return "permission_denied";
  if (error == "Operation not permitted")
    return has_hit(c, "unsafe_name") ? "input_protocol_blocked" : "permission_denied";
  if (error == "Is a directory") return "asset_missing";
  if (error == "End of file") return is_url(path) ? "network_scheme_mismatch" : "input_truncated";
  if (error.starts_with("Input/output error") || error.starts_with("I/O error")) {
    if (!is_url(path)) return "io_error";
    // HTTP answers with a number; without one, the layer below it failed or the redirects went
    // round.
    return path.starts_with("http:") ? "http_client_error" : "network_reset";
  }
  if (const std::string_view reason = find_machine_reason(error); !reason.empty()) return reason;
  if (error == "Protocol not found") return judge_protocol(c, path.substr(0, path.find(':')));
  if (error == "Invalid argument" && !has_hit(c, "not_media_score") && !has_hit(c, "parameters") &&
      !has_hit(c, "input_size"))
    return "invalid_option_value";
  if (error.starts_with("Unknown error") && is_url(path)) return "network_reset";
  return judge_invalid_input(c, path);
}

std::string_view judge_output_error(std::string_view error, std::string_view path) {
  if (is_url(path)) return "upload_failed";
  if (error == "Permission denied" || error == "Operation not permitted")
    return "permission_denied";
  if (error.starts_with("Input/output error") || error.starts_with("I/O error")) return "io_error";
  if (error == "Invalid argument") return "muxer_unknown";
  return "output_path_invalid";
}

std::string_view judge_opened_path(const Case& c, const RuleHit& hit) {
  const std::string_view path = hit.captures.at(0);
  const std::string_view error = hit.captures.at(1);
  if (hit.rule->id == "opened_output") return judge_output_error(error, path);
  const std::vector<std::string> inputs = inputs_of(c.exit);
  const auto input = std::find(inputs.begin(), inputs.end(), path);
  if (input != inputs.end() || c.exit.tool == "ffprobe")
    return judge_input_error(c, path, error, input == inputs.begin() || inputs.empty());
  if (output_of(c.exit) == path) return judge_output_error(error, path);
  // "Could not write header …: Invalid argument" and the like are wrappers, not names of files.
  const bool is_file = !contains(path, " ") && (contains(path, "/") || contains(path, "."));
  if (!is_file && error == "Permission denied") return "permission_denied";
  if (!is_file && error == "Input/output error") return "";
  if (!is_file) return "";
  const bool knows_inputs = !inputs.empty();
  if (error == "Invalid data found when processing input" || (!knows_inputs && is_url(path)))
    return judge_input_error(c, path, error, true);
  if (error == "No such file or directory" && !knows_inputs)
    return is_before_mapping(c, *hit.line) && c.log.has_input ? "output_path_invalid"
                                                              : judge_missing_input(c, true);
  return judge_output_error(error, path);
}

/// From 6.1 on the input stands in the context: in#1. The path follows in the next message.
std::string_view judge_opened_input(const Case& c, const RuleHit& hit) {
  const std::vector<std::string> inputs = inputs_of(c.exit);
  std::size_t index = 0;
  const std::string_view context = hit.line->context;
  if (context.starts_with("in#") && context.size() > 3 && context[3] >= '0' && context[3] <= '9')
    index = static_cast<std::size_t>(context[3] - '0');
  const std::string path = index < inputs.size() ? inputs[index] : "";
  return judge_input_error(c, path, hit.captures.at(0), index == 0);
}

std::string_view judge_missing_asset(const Case& c, const RuleHit& hit) {
  const bool is_muxer = is_muxer_name(hit.line->context) && !is_filter_context(hit.line->context);
  if (is_muxer && !contains(hit.line->text, "attachment")) return "";
  const std::string_view log = value_of(c.exit, "-passlogfile");
  if (!value_of(c.exit, "-pass").empty() &&
      (contains(hit.line->text, ".log") || (!log.empty() && contains(hit.line->text, log))))
    return "pass_log_missing";
  const std::string_view output = output_of(c.exit);
  if (output.size() > 1 && contains(hit.line->text, output)) return "output_path_invalid";
  return "asset_missing";
}

std::string_view judge_subtitle_file(const Case& c) {
  if (says(c, "Invalid data found") || has_hit(c, "invalid_data")) return "subtitle_invalid";
  if (says(c, "No such file or directory") || c.exit.exit_code == 254 || says(c, "fopen failed"))
    return "asset_missing";
  return "subtitle_invalid";
}

/// Pass 1 writes the log, so the folder is at fault; pass 2 reads it.
std::string_view judge_pass_log(const EncoderExit& exit) {
  return value_of(exit, "-pass") == "1" ? "permission_denied" : "pass_log_missing";
}

// --- Hardware

bool uses_hardware(const Case& c) {
  const auto& argv = c.exit.argv;
  return std::any_of(argv.begin(), argv.end(), [](const std::string& word) {
    return is_hardware_codec(word) || contains(word, "libplacebo");
  });
}

// --- What the job asks for

std::string_view judge_no_streams(const Case& c) {
  const auto has = [&](std::string_view word) {
    return std::find(c.exit.argv.begin(), c.exit.argv.end(), word) != c.exit.argv.end();
  };
  if (!c.log.has_video && !c.log.has_audio)
    return c.log.has_subtitle ? "input_no_streams"
                              : (c.log.has_input ? "input_truncated" : "stream_missing");
  if (has("-vn") && has("-an")) return "no_output_specified";
  return "stream_missing";
}

std::string_view judge_picture_size(const Case& c, const StderrLine& line) {
  if (line.context == "rawvideo" || value_of(c.exit, "-f") == "rawvideo")
    return is_before_mapping(c, line) ? "invalid_option_value" : "dimensions_invalid";
  if (is_filter_context(line.context)) return "dimensions_invalid";
  const bool is_decoder = is_decoder_name(line.context);
  if (is_decoder && has_hit(c, "damage")) return "input_dimensions_invalid";
  const bool is_encoder = is_encoder_name(line.context) && !is_decoder;
  const bool is_input = is_before_mapping(c, line) && !is_encoder &&
                        !line.text.starts_with("x26") && !line.text.starts_with("Svt");
  return is_input ? "input_dimensions_invalid" : "dimensions_invalid";
}

bool is_about_filters(const Case& c, const StderrLine& line) {
  return is_filter_context(line.context) || has_hit(c, "filter_setup");
}

std::string_view judge_option_value(const Case& c, const RuleHit& hit) {
  const StderrLine& line = *hit.line;
  const bool is_late = line.text.starts_with("Failed to set value");
  if (is_late || line.text.starts_with("Error parsing option")) {
    // From 6.1 on this is said around whatever an option led to.
    for (const RuleHit& other : c.hits) {
      if (other.line->number >= line.number) break;
      if (other.rule->weight != Weight::wrapper) return "";
    }
    if (contains(line.text, "for option 'map'")) return "map_invalid";
    if (contains(line.text, "filter")) return "filtergraph_invalid";
  }
  if (has_hit(c, "bitstream_filter") || contains(line.context, "_bsf")) return "bsf_invalid";
  const bool is_filter = is_filter_context(line.context) ||
                         (has_hit(c, "filter_setup") && is_filter_name(line.context));
  return is_filter ? "filtergraph_invalid" : "invalid_option_value";
}

std::string_view judge_time_range(const Case& c, const StderrLine& line) {
  if (line.text.starts_with("-to")) return "time_range_empty";
  return asks_for_part(c.exit) ? "time_range_empty" : "";
}

}  // namespace

bool has_other_version(const EncoderExit& exit) {
  return !exit.pinned_version.empty() && !exit.version.empty() &&
         exit.pinned_version != exit.version;
}

bool has_hit(const Case& c, std::string_view rule) {
  return std::any_of(c.hits.begin(), c.hits.end(),
                     [&](const RuleHit& hit) { return hit.rule->id == rule; });
}

const RuleHit* find_hit(const Case& c, std::string_view rule) {
  for (const RuleHit& hit : c.hits)
    if (hit.rule->id == rule) return &hit;
  return nullptr;
}

Evidence evidence_of(const StderrLine& line) {
  return {line.number, base::to_printable(std::string_view(line.whole).substr(0, 500))};
}

Finding found_at(std::string_view reason, std::string rule, const RuleHit* hit) {
  if (hit == nullptr) return make_finding(reason, std::move(rule));
  return make_finding(reason, std::move(rule), {evidence_of(*hit->line)});
}

std::vector<std::string> inputs_of(const EncoderExit& exit) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i + 1 < exit.argv.size(); ++i)
    if (exit.argv[i] == "-i") inputs.push_back(exit.argv[i + 1]);
  if (exit.tool == "ffprobe" && inputs.empty() && !exit.argv.empty())
    inputs.push_back(exit.argv.back());
  return inputs;
}

bool asks_for_part(const EncoderExit& exit) {
  return std::any_of(exit.argv.begin(), exit.argv.end(), [](const std::string& word) {
    return word == "-ss" || word == "-t" || word == "-to" || word == "-sseof";
  });
}

std::string_view value_of(const EncoderExit& exit, std::string_view option) {
  const auto found = std::find(exit.argv.begin(), exit.argv.end(), option);
  return found == exit.argv.end() || std::next(found) == exit.argv.end()
             ? std::string_view()
             : std::string_view(*std::next(found));
}

int find_mapping(const Case& c) {
  return c.log.mapping_line;
}

std::string_view judge_missing_input(const Case& c, bool is_main) {
  if (!is_main) return "asset_missing";
  switch (c.exit.facts.stage_in) {
    case StageIn::ok:
    case StageIn::failed: return "stage_in_missing";
    default: return "input_not_found";
  }
}

std::string_view judge_device(const Case& c) {
  const bool is_foreign = std::any_of(c.exit.argv.begin(), c.exit.argv.end(), [](const auto& word) {
    return contains(word, "videotoolbox") || word == "dxva2" || word == "d3d11va" ||
           word == "d3d12va" || word == "mediacodec";
  });
  return is_foreign ? "hwaccel_unavailable" : "gpu_unavailable";
}

std::string_view judge_no_space(const Case& c) {
  const ExitFacts& facts = c.exit.facts;
  const bool is_too_small =
      facts.disk_needed && facts.disk_total && *facts.disk_needed > *facts.disk_total;
  return is_too_small ? "scratch_too_small" : "disk_full";
}

std::string_view judge(const Case& c, const RuleHit& hit) {
  const std::string_view name = hit.name();
  const StderrLine& line = *hit.line;
  switch (hit.rule->refinement) {
    case Refinement::none: return hit.rule->reason;
    case Refinement::encoder_name: return judge_encoder(c, name);
    case Refinement::decoder_name:
      return is_decoder_name(name) || is_codec_name(name) ? "decoder_unavailable"
                                                          : "decoder_unknown";
    case Refinement::demuxer_name:
      return is_demuxer_name(name) ? "decoder_unavailable" : "demuxer_unknown";
    case Refinement::filter_name: return judge_filter(c, name);
    case Refinement::filter_without_options: return judge_filter_options(c, hit);
    case Refinement::muxer_name: return is_muxer_name(name) ? "muxer_unavailable" : "muxer_unknown";
    case Refinement::output_name: return judge_output_name(c, name);
    case Refinement::protocol_name: return judge_protocol(c, name);
    case Refinement::option_name:
      return hit.rule->id == "option_place" && !has_other_version(c.exit) ? "invalid_option"
                                                                          : judge_option(c, name);
    case Refinement::opened_path: return judge_opened_path(c, hit);
    case Refinement::opened_input: return judge_opened_input(c, hit);
    case Refinement::no_space: return judge_no_space(c);
    case Refinement::no_device: return judge_device(c);
    case Refinement::hwaccel_name:
      return is_hardware_kind(name) || is_hardware_kind(name.substr(0, name.find('_')))
                 ? "hwaccel_unavailable"
                 : "invalid_option_value";
    case Refinement::filter_formats:
      return uses_hardware(c) ? "gpu_unavailable" : "filtergraph_invalid";
    case Refinement::pass_log: return judge_pass_log(c.exit);
    case Refinement::bsf_name: return judge_bitstream_filter(name);
    case Refinement::no_threads: return "pids_exhausted";
    case Refinement::http_status: return judge_http(c, hit);
    case Refinement::timed_out:
      return contains(line.text, "Immediate exit requested") ? "" : "network_timeout";
    case Refinement::time_range: return judge_time_range(c, line);
    case Refinement::no_argument: return "invalid_option_value";
    case Refinement::no_output: return "no_output_specified";
    case Refinement::no_streams: return judge_no_streams(c);
    case Refinement::encoder_rate: return "sample_rate_unsupported";
    case Refinement::picture_size: return judge_picture_size(c, line);
    case Refinement::encoder_setting:
      return is_filter_context(line.context) ? "filtergraph_invalid" : "encoder_params_invalid";
    case Refinement::evaluation:
      return is_about_filters(c, line) ? "filtergraph_invalid" : "invalid_option_value";
    case Refinement::option_value: return judge_option_value(c, hit);
    case Refinement::missing_asset: return judge_missing_asset(c, hit);
    case Refinement::subtitle_file: return judge_subtitle_file(c);
    case Refinement::frame_pattern: return "output_path_invalid";
    case Refinement::encrypted: return "input_encrypted";
    case Refinement::closed_pipe:
      return is_url(output_of(c.exit)) ? "upload_failed" : "downstream_closed";
    case Refinement::demuxing_io: return judge_demuxing_io(c);
  }
  return "";
}

}  // namespace mpegflow::retry
