#include "core/retry/classify.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <set>
#include <span>

#include <re2/re2.h>

#include "base/text.h"
#include "core/encode/stderr_reader.h"
#include "core/retry/ffmpeg_names.h"
#include "core/retry/judge.h"
#include "core/retry/network_words.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

Evidence evidence_of(const StderrLine& line) {
  return {line.number, base::to_printable(std::string_view(line.whole).substr(0, 500))};
}

// --- The steps, in order of authority.

Finding found(std::string_view reason, std::string rule) {
  return make_finding(reason, std::move(rule));
}

std::optional<Finding> judge_facts(const EncoderExit& exit) {
  const ExitFacts& facts = exit.facts;
  if (facts.input_changed) return found("input_changed", "fact_input_changed");
  if (exit.exit_code == 0) return std::nullopt;
  if (exit.cause == ExitCause::output_limit) return found("output_size_limit", "fact_output_limit");
  if (facts.oom_kill || exit.cause == ExitCause::memory_limit)
    return found("oom_killed", "fact_oom_kill");
  const bool was_ended = exit.signal.has_value() || exit.cause != ExitCause::itself ||
                         exit.exit_code == 255 || exit.exit_code == 123 ||
                         (exit.exit_code && *exit.exit_code > 128 + 0 && *exit.exit_code < 160);
  if (!was_ended) return std::nullopt;
  if (facts.cancelled) return found("cancelled_by_user", "fact_cancelled");
  if (exit.cause == ExitCause::deadline) return found("job_timeout", "fact_deadline");
  if (exit.cause == ExitCause::no_progress) return found("no_progress", "fact_no_progress");
  if (facts.lease_lost) return found("lease_lost", "fact_lease_lost");
  if (facts.preempted) return found("worker_preempted", "fact_preempted");
  if (exit.cause == ExitCause::guard_lost) return found("killed_unknown", "fact_guard_lost");
  if (exit.cause == ExitCause::stopped) return found("worker_terminated", "fact_stopped");
  return std::nullopt;
}

/// RLIMIT_CPU and -timelimit both end the process by themselves and look like a kill.
bool used_up_cpu(const EncoderExit& exit) {
  const auto option = std::find(exit.argv.begin(), exit.argv.end(), "-timelimit");
  if (option != exit.argv.end()) return true;
  const ExitFacts& facts = exit.facts;
  return facts.cpu_seconds && facts.cpu_seconds_limit && *facts.cpu_seconds_limit > 0 &&
         *facts.cpu_seconds >= *facts.cpu_seconds_limit;
}

std::optional<Finding> judge_signal(const EncoderExit& exit, int signal, std::string rule) {
  switch (signal) {
    case SIGKILL:
      return found(used_up_cpu(exit) ? "cpu_time_limit" : "killed_unknown", std::move(rule));
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
    case SIGQUIT: return found("worker_terminated", std::move(rule));
    case SIGILL: return found("cpu_unsupported", std::move(rule));
    case SIGXCPU: return found("cpu_time_limit", std::move(rule));
    case SIGXFSZ: return found("output_size_limit", std::move(rule));
    case SIGPIPE: return found("downstream_closed", std::move(rule));
    case SIGSEGV:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGTRAP:
    case SIGSYS: return found("crashed", std::move(rule));
    default: return found("killed_unknown", std::move(rule));
  }
}

/// A shell gives 128 + the signal. 145, 146, 152 and 155 are also what newer FFmpegs return for
/// network errors, but those always say so.
std::optional<int> signal_of_shell_code(const EncoderExit& exit) {
  constexpr std::array kCodes = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP,
                                 SIGABRT, SIGBUS,  SIGFPE,  SIGKILL, SIGSEGV,
                                 SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS};
  if (!exit.exit_code) return std::nullopt;
  for (const int signal : kCodes)
    if (*exit.exit_code == 128 + signal) return signal;
  return std::nullopt;
}

/// What was said before the stream mapping did not keep FFmpeg from going on, except for hardware,
/// which fails early and is missed late.
bool was_survived(const Case& c, const RuleHit& hit) {
  return hit.line->number < c.log.mapping_line && !hit.rule->id.starts_with("gpu_") &&
         !hit.rule->id.starts_with("device_") && !hit.rule->id.starts_with("hw");
}

/// A line, the rule that speaks for it, and what that makes of it.
struct LineVerdict {
  const RuleHit* hit = nullptr;
  std::string_view reason;
};

/// Who only reads media complains about what it reads, also in words that others have for what a
/// job asks of them: "unsupported sample rate" of a decoder is about the input.
std::string_view blame_reader(const Case& c, const RuleHit& hit, std::string_view reason) {
  constexpr std::array<std::string_view, 6> kShared = {
      "encoder_params_invalid", "invalid_option_value",       "codec_container_mismatch",
      "pixfmt_unsupported",     "channel_layout_unsupported", "sample_rate_unsupported"};
  const std::string_view context = hit.line->context;
  const std::string_view text = hit.line->text;
  const bool is_about_options = text.find("ption") != std::string_view::npos ||
                                context == "rawvideo" || context == "lavfi" ||
                                context.find("video4linux") != std::string_view::npos;
  if (std::find(kShared.begin(), kShared.end(), reason) == kShared.end() || is_about_options)
    return reason;
  const std::string_view format = context.substr(0, context.find(','));
  const bool is_early = c.log.mapping_line == 0 || hit.line->number < c.log.mapping_line;
  const bool is_decoder = is_decoder_name(context) && !is_encoder_name(context);
  const bool is_demuxer = !is_encoder_name(context) && is_demuxer_name(format) &&
                          (!is_muxer_name(format) || (is_early && !c.log.has_input));
  if (!is_decoder && !is_demuxer) return reason;
  if (reason == "channel_layout_unsupported" || reason == "sample_rate_unsupported")
    return "input_parameters_invalid";
  return is_decoder ? "bitstream_corrupt" : "input_corrupt";
}

std::vector<LineVerdict> judge_lines(const Case& c) {
  std::vector<LineVerdict> verdicts;
  for (const RuleHit& hit : c.hits) {
    if (!verdicts.empty() && verdicts.back().hit->line == hit.line) continue;
    const std::string_view reason = blame_reader(c, hit, judge(c, hit));
    if (!reason.empty()) verdicts.push_back({&hit, reason});
  }
  return verdicts;
}

/// The best hit: the heaviest weight, and of that the first in the log; what was survived last.
std::optional<Finding> judge_hits(const Case& c, std::span<const LineVerdict> verdicts,
                                  Weight lightest, bool survived) {
  for (const Weight weight : {Weight::cause, Weight::symptom, Weight::wrapper}) {
    if (weight > lightest) break;
    for (const auto& [hit, reason] : verdicts) {
      if (hit->rule->weight != weight || was_survived(c, *hit) != survived) continue;
      return make_finding(reason, std::string(hit->rule->id), {evidence_of(*hit->line)});
    }
  }
  return std::nullopt;
}

/// What no rule knows: who complained tells most of it.
enum class Part { other, hardware, filter, encoder, decoder, muxer, demuxer };

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

/// The first complaint of `wanted`, or of anything that has a part if it is Part::other.
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

/// The first complaint about the network, in whatever words.
std::optional<Finding> judge_network(const Case& c) {
  for (const StderrLine& line : c.log.lines) {
    if (!complains(line.text)) continue;
    const std::string_view reason = find_network_reason(line.context, line.text);
    if (!reason.empty()) return make_finding(reason, "part_network", {evidence_of(line)});
  }
  return std::nullopt;
}

/// An address that could not be opened: what its protocol or its server said tells more.
std::optional<Finding> blame_network(std::optional<Finding> finding, const Case& c) {
  constexpr std::array<std::string_view, 3> kVague = {"input_not_media", "http_client_error",
                                                      "io_error"};
  if (!finding || !finding->rule.starts_with("opened_") ||
      std::find(kVague.begin(), kVague.end(), finding->reason) == kVague.end())
    return finding;
  auto better = judge_network(c);
  return better ? better : finding;
}

std::optional<Finding> judge_text(const Case& c, Weight lightest) {
  const std::vector<LineVerdict> verdicts = judge_lines(c);
  const Weight most = std::min(lightest, Weight::symptom);
  if (auto finding = blame_network(judge_hits(c, verdicts, most, false), c)) return finding;
  if (auto finding = judge_hits(c, verdicts, most, true)) return finding;
  if (lightest < Weight::wrapper) return std::nullopt;
  if (auto finding = judge_part(c, Part::hardware)) return finding;
  if (auto finding = judge_network(c)) return finding;
  if (auto finding = judge_hits(c, verdicts, lightest, false)) return finding;
  return judge_hits(c, verdicts, lightest, true);
}

/// Codes of 6.1 and later that hold one meaning each, for logs that say nothing.
std::optional<Finding> judge_code(const EncoderExit& exit) {
  const auto by_code = [&]() -> std::string_view {
    switch (exit.exit_code.value_or(0)) {
      case 69: return "bitstream_corrupt";
      case 88: return "experimental_codec";
      case 123:
      case 255: return "worker_terminated";
      case 126: return "binary_not_executable";
      case 127: return "binary_missing";
      case 145: return "network_refused";
      case 146: return "network_timeout";
      case 155: return "network_unreachable";
      case 183: return "input_corrupt";
      case 187: return "input_truncated";
      case 222:
      case 234: return "invalid_option_value";
      case 224: return "downstream_closed";
      case 226: return "output_readonly";
      case 228: return "disk_full";
      case 232: return "fd_exhausted";
      case 243: return "permission_denied";
      case 244: return "oom_alloc";
      case 245: return "pids_exhausted";
      case 251: return "io_error";
      default: return "";
    }
  }();
  if (by_code.empty()) return std::nullopt;
  return found(by_code, "exit_code");
}

/// A damaged copy explains every complaint about the input; a fresh copy may be whole.
Finding blame_copy(Finding finding, const EncoderExit& exit) {
  const bool is_about_input = finding.status == FindingStatus::failed_input &&
                              finding.reason != "input_protocol_blocked" &&
                              finding.reason != "input_changed";
  const bool has_wrong_size = exit.facts.expected_bytes && exit.facts.actual_bytes &&
                              exit.facts.expected_bytes != exit.facts.actual_bytes;
  if (!is_about_input || (exit.facts.hash_match != false && !has_wrong_size)) return finding;
  return make_finding("stage_in_corrupt", "fact_hash_mismatch", std::move(finding.evidence));
}

std::optional<Finding> judge_streamed_cut(const Case& c) {
  for (const RuleHit& hit : c.hits)
    if (hit.rule->id == "cut_transfer" || hit.rule->id == "timed_out")
      return make_finding(hit.rule->reason, std::string(hit.rule->id), {evidence_of(*hit.line)});
  return std::nullopt;
}

/// A plain conversion of one input: nothing in the arguments makes the output shorter or longer.
bool keeps_duration(const EncoderExit& exit) {
  constexpr std::array<std::string_view, 24> kChangers = {"-ss",
                                                          "-t",
                                                          "-to",
                                                          "-sseof",
                                                          "-frames",
                                                          "-vframes",
                                                          "-aframes",
                                                          "-shortest",
                                                          "-fs",
                                                          "-stream_loop",
                                                          "-loop",
                                                          "-itsoffset",
                                                          "-itsscale",
                                                          "-timelimit",
                                                          "-re",
                                                          "-readrate",
                                                          "-vf",
                                                          "-af",
                                                          "-filter_complex",
                                                          "-lavfi",
                                                          "-filter",
                                                          "-f",
                                                          "-segment_time",
                                                          "-pattern_type"};
  if (exit.argv.empty() || inputs_of(exit).size() != 1) return false;
  return std::none_of(exit.argv.begin(), exit.argv.end(), [&](const std::string& word) {
    const std::string_view option = std::string_view(word).substr(0, word.find(':'));
    return option == "-r" ||
           std::find(kChangers.begin(), kChangers.end(), option) != kChangers.end();
  });
}

std::optional<double> parse_seconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return seconds;
}

/// The part that was asked for begins behind the end of the input.
bool begins_too_late(const Case& c) {
  const auto start = parse_seconds(value_of(c.exit, "-ss"));
  return start && c.log.input_seconds && *start >= *c.log.input_seconds;
}

std::int64_t count_damage(const Case& c) {
  std::int64_t damaged = 0;
  for (const encode::StreamDamage& damage : encode::read_encode_stats(c.log.lines).damage)
    damaged += damage.refused_packets + damage.corrupt_frames;
  return damaged;
}

const RuleHit* find_hit(const Case& c, std::string_view rule) {
  for (const RuleHit& hit : c.hits)
    if (hit.rule->id == rule) return &hit;
  return nullptr;
}

Finding found_at(std::string_view reason, std::string rule, const RuleHit* hit) {
  if (hit == nullptr) return found(reason, std::move(rule));
  return make_finding(reason, std::move(rule), {evidence_of(*hit->line)});
}

/// The output plays much shorter or longer than what FFmpeg read in the header of the input.
std::optional<Finding> judge_duration(const Case& c) {
  const auto& out = c.exit.facts.output_seconds;
  const auto& in = c.log.input_seconds;
  if (!out || !in || *in <= 0 || !keeps_duration(c.exit)) return std::nullopt;
  const RuleHit* damage = find_hit(c, "damage");
  if (*out < *in * 0.93 && *in - *out > 0.3) {
    const RuleHit* ended = find_hit(c, "ended_early");
    const bool is_damaged = damage != nullptr && ended == nullptr && count_damage(c) > 3;
    if (*in > 100 * *out) return std::nullopt;  // the header was wrong, not the output
    return found_at(is_damaged ? "bitstream_corrupt" : "input_truncated", "output_short",
                    ended != nullptr ? ended : damage);
  }
  if (*out > 10 * *in + 10)
    return found_at(damage != nullptr ? "bitstream_corrupt" : "input_timestamps_broken",
                    "output_long", damage);
  return std::nullopt;
}

/// The header says how long the input is; of other formats FFmpeg guesses it from what is there.
bool tells_its_length(const Case& c) {
  const std::string_view format = c.log.input_format;
  return format.starts_with("matroska") || format.starts_with("mov,") || format == "asf" ||
         format == "wav" || format == "flac";
}

/// Without statistics verify has nothing to measure, so the complaints themselves must do.
std::optional<Finding> judge_unmeasured_loss(const Case& c) {
  if (c.exit.tool == "ffprobe" || !encode::read_encode_stats(c.log.lines).inputs.empty())
    return std::nullopt;
  if (const RuleHit* hit = find_hit(c, "time_range"); hit != nullptr && asks_for_part(c.exit))
    return found_at("time_range_empty", "time_range", hit);
  const bool is_empty =
      c.exit.facts.output_seconds.value_or(0) == 0 && c.exit.facts.output_bytes.value_or(0) < 4096;
  if (begins_too_late(c) && is_empty) return found("time_range_empty", "begins_too_late");
  if (auto finding = judge_duration(c)) return finding;
  const RuleHit* ended = find_hit(c, "ended_early");
  const RuleHit* damage = find_hit(c, "damage");
  const std::int64_t places = count_damage(c);
  if (const RuleHit* subtitle = find_hit(c, "subtitle_file"))
    return found_at("subtitle_invalid", "subtitle_file", subtitle);
  // A recording put together of several says more of its length than its header.
  const bool is_longer = c.exit.facts.output_seconds && c.log.input_seconds &&
                         *c.exit.facts.output_seconds > 1.2 * *c.log.input_seconds;
  if (damage != nullptr && places > 0 && !(is_longer && places <= 2)) {
    const bool is_cut = ended != nullptr || (places <= 1 && !tells_its_length(c));
    return found_at(is_cut ? "input_truncated" : "bitstream_corrupt",
                    is_cut ? "cut_at_end" : "damage", ended != nullptr ? ended : damage);
  }
  if (ended != nullptr) return found_at("input_truncated", "ended_early", ended);
  return std::nullopt;
}

/// Messages with which FFmpeg admits a loss that its exit code does not tell.
bool admits_loss(const RuleHit& hit) {
  constexpr std::array<std::string_view, 6> kRules = {
      "no_space", "demuxing_io", "interleaved_write", "open_files", "read_only", "received_signal"};
  return std::find(kRules.begin(), kRules.end(), hit.rule->id) != kRules.end();
}

/// Exit 0 with a log that admits a loss. Damage is weighed by verify, against the number of frames.
Finding judge_success(const Case& c) {
  if (auto cut = judge_streamed_cut(c)) return std::move(*cut);
  for (const RuleHit& hit : c.hits) {
    if (!admits_loss(hit)) continue;
    const std::string_view reason = judge(c, hit);
    if (!reason.empty()) return found_at(reason, std::string(hit.rule->id), &hit);
  }
  const ExitFacts& facts = c.exit.facts;
  if ((facts.disk_free == 0 || facts.disk_free_inodes == 0) && facts.output_bytes.value_or(0) == 0)
    return found(judge_no_space(c), "fact_disk_full");
  if (auto loss = judge_unmeasured_loss(c)) return std::move(*loss);
  for (const std::string_view rule : {"font", "glyph", "fontconfig"})
    if (const RuleHit* hit = find_hit(c, rule))
      return found_at("font_missing", std::string(rule), hit);
  const bool has_warnings = std::any_of(c.hits.begin(), c.hits.end(), [](const RuleHit& hit) {
    return hit.rule->weight != Weight::wrapper;
  });
  return found(has_warnings ? "ok_with_warnings" : "ok", "exit_zero");
}

/// Codes of 6.1 and later that hold one meaning each, whatever else the log complains of.
std::string_view reason_of_decisive_code(const EncoderExit& exit) {
  switch (exit.exit_code.value_or(0)) {
    case 145: return "network_refused";
    case 146: return "network_timeout";
    case 155: return "network_unreachable";
    case 224: return "downstream_closed";
    case 226: return "output_readonly";
    case 228: return "disk_full";
    case 232: return "fd_exhausted";
    default: return "";
  }
}

/// The log may tell of troubles that FFmpeg survived; the code tells which one ended it.
std::optional<Finding> judge_decisive_code(const Case& c) {
  std::string_view reason = reason_of_decisive_code(c.exit);
  if (reason.empty()) return std::nullopt;
  if (reason == "disk_full") reason = judge_no_space(c);
  for (const RuleHit& hit : c.hits)
    if (judge(c, hit) == reason) return found_at(reason, std::string(hit.rule->id), &hit);
  return found(reason, "exit_code");
}

Finding judge_failure(const Case& c) {
  if (c.exit.signal)
    if (auto finding = judge_signal(c.exit, *c.exit.signal, "signal")) return std::move(*finding);
  if (auto finding = judge_decisive_code(c)) return std::move(*finding);
  if (begins_too_late(c) && (has_hit(c, "encoder_open") || has_hit(c, "time_range")) &&
      !has_hit(c, "encoder_settings"))
    return found("time_range_empty", "begins_too_late");
  const std::optional<int> shell_signal = signal_of_shell_code(c.exit);
  if (auto finding = judge_text(c, shell_signal ? Weight::cause : Weight::wrapper))
    return std::move(*finding);
  if (shell_signal)
    if (auto finding = judge_signal(c.exit, *shell_signal, "shell_signal"))
      return std::move(*finding);
  if (auto finding = judge_code(c.exit)) return std::move(*finding);
  if (auto finding = judge_part(c, Part::other)) return std::move(*finding);
  // ffprobe does nothing but read, so whatever it says without a better rule is about the input.
  if (c.exit.tool == "ffprobe" && !c.log.lines.empty())
    return make_finding("input_corrupt", "ffprobe_failed", {evidence_of(c.log.lines.front())});
  return found("unrecognised", "no_rule");
}

/// A log without an exit code: did FFmpeg say itself that it gave up?
bool says_that_it_failed(const Case& c) {
  return std::any_of(c.log.lines.begin(), c.log.lines.end(),
                     [](const StderrLine& line) {
                       return line.text == "Conversion failed!" ||
                              line.text.starts_with("Error opening output file") ||
                              line.text.starts_with("Error opening input file") ||
                              line.text.starts_with("Exiting ");
                     }) ||
         std::any_of(c.hits.begin(), c.hits.end(),
                     [&](const RuleHit& hit) {
                       return hit.rule->weight == Weight::cause && c.log.mapping_line == 0;
                     }) ||
         (c.log.mapping_line == 0 && !c.hits.empty());
}

/// Complaints about packets do not tell that there are no more of them; the demuxer does. Where not
/// even one could be read, the index speaks of data that are not there.
Finding blame_end(Finding finding, const Case& c) {
  const RuleHit* ended = find_hit(c, "ended_early");
  const bool is_cut = finding.reason == "input_truncated";
  if (ended == nullptr || (!is_cut && finding.reason != "bitstream_corrupt")) return finding;
  const bool is_nothing_there =
      std::any_of(c.log.lines.begin(), c.log.lines.end(), [](const StderrLine& line) {
        return line.text.starts_with("Cannot determine format of input");
      });
  if (is_nothing_there) return found_at("input_corrupt", "nothing_behind_index", ended);
  return is_cut ? finding : found_at("input_truncated", "ended_early", ended);
}

/// A worker with another FFmpeg than the job was made for may know other options and values.
Finding blame_version(Finding finding, const EncoderExit& exit) {
  const bool is_about_options =
      finding.reason == "invalid_option" || finding.reason == "invalid_option_value";
  if (!is_about_options || !has_other_version(exit)) return finding;
  return make_finding("version_mismatch", finding.rule, std::move(finding.evidence));
}

/// With the hits found: everything but the facts.
Finding judge_log(const Case& c) {
  const EncoderExit& exit = c.exit;
  if (exit.exit_code == 0) return blame_copy(judge_success(c), exit);
  if (!exit.exit_code && !exit.signal && !says_that_it_failed(c))
    return blame_copy(judge_success(c), exit);
  return blame_copy(blame_version(blame_end(judge_failure(c), c), exit), exit);
}

}  // namespace

Finding classify(const EncoderExit& exit) {
  return classify(exit, {});
}

Finding classify_without(const EncoderExit& exit, const std::set<std::string>& ids) {
  if (auto finding = judge_facts(exit)) return std::move(*finding);
  Case c{exit, read_log(exit.stderr_text), {}};
  c.hits = match_rules(c.log.lines);
  std::erase_if(c.hits,
                [&](const RuleHit& hit) { return ids.contains(std::string(hit.rule->id)); });
  return judge_log(c);
}

Finding classify(const EncoderExit& exit, const std::vector<UserRule>& rules) {
  Case c{exit, {}, {}};
  if (!rules.empty()) {
    c.log = read_log(exit.stderr_text);
    if (auto finding = judge_user_rules(rules, exit, c.log)) return std::move(*finding);
  }
  if (auto finding = judge_facts(exit)) return std::move(*finding);
  if (rules.empty()) c.log = read_log(exit.stderr_text);
  c.hits = match_rules(c.log.lines);
  return judge_log(c);
}

}  // namespace mpegflow::retry
