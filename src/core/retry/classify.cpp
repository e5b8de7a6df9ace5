#include "core/retry/classify.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/retry/complaints.h"
#include "core/retry/errno_words.h"
#include "core/retry/exit_status.h"
#include "core/retry/ffmpeg_names.h"
#include "core/retry/hardware_words.h"
#include "core/retry/judge.h"
#include "core/retry/success.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

bool is_one_of(std::string_view reason, std::span<const std::string_view> reasons) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// --- The steps, in order of authority.

std::optional<Finding> judge_facts(const EncoderExit& exit) {
  const ExitFacts& facts = exit.facts;
  if (facts.input_changed) return make_finding("input_changed", "fact_input_changed");
  if (exit.exit_code == 0) return std::nullopt;
  if (exit.cause == ExitCause::output_limit)
    return make_finding("output_size_limit", "fact_output_limit");
  if (facts.oom_kill || exit.cause == ExitCause::memory_limit)
    return make_finding("oom_killed", "fact_oom_kill");
  const bool was_ended = exit.signal.has_value() || exit.cause != ExitCause::itself ||
                         exit.exit_code == 255 || exit.exit_code == 123 ||
                         (exit.exit_code && *exit.exit_code > 128 + 0 && *exit.exit_code < 160);
  if (!was_ended) return std::nullopt;
  if (facts.cancelled) return make_finding("cancelled_by_user", "fact_cancelled");
  if (exit.cause == ExitCause::deadline) return make_finding("job_timeout", "fact_deadline");
  if (exit.cause == ExitCause::no_progress) return make_finding("no_progress", "fact_no_progress");
  if (facts.lease_lost) return make_finding("lease_lost", "fact_lease_lost");
  if (facts.preempted) return make_finding("worker_preempted", "fact_preempted");
  if (exit.cause == ExitCause::guard_lost) return make_finding("killed_unknown", "fact_guard_lost");
  if (exit.cause == ExitCause::stopped) return make_finding("worker_terminated", "fact_stopped");
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
  if (!is_one_of(reason, kShared) || is_about_options) return reason;
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

/// A device that cannot be set up fails in the words of other things: out of memory, not permitted,
/// invalid argument.
std::string_view blame_hardware(const Case& c, const RuleHit& hit, std::string_view reason) {
  constexpr std::array<std::string_view, 6> kOthers = {
      "oom_alloc", "invalid_option_value", "permission_denied", "encoder_params_invalid",
      "io_error",  "input_corrupt"};
  return is_one_of(reason, kOthers) && names_device(hit.line->text) ? judge_device(c) : reason;
}

/// Whatever went wrong with: if it ends in an errno of the machine, it is about the machine.
std::string_view blame_machine(const RuleHit& hit, std::string_view reason) {
  constexpr std::array<std::string_view, 5> kJobs = {
      "filtergraph_invalid", "encoder_params_invalid", "codec_container_mismatch", "input_corrupt",
      "bitstream_corrupt"};
  constexpr std::array<std::string_view, 5> kMachine = {"oom_alloc", "disk_full", "fd_exhausted",
                                                        "pids_exhausted", "output_readonly"};
  if (hit.rule->weight == Weight::cause || !is_one_of(reason, kJobs)) return reason;
  const std::string_view machine = find_machine_reason(hit.line->text);
  return is_one_of(machine, kMachine) ? machine : reason;
}

std::vector<LineVerdict> judge_lines(const Case& c) {
  std::vector<LineVerdict> verdicts;
  for (const RuleHit& hit : c.hits) {
    if (!verdicts.empty() && verdicts.back().hit->line == hit.line) continue;
    const std::string_view reason =
        blame_machine(hit, blame_hardware(c, hit, blame_reader(c, hit, judge(c, hit))));
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

/// An address that could not be opened: what its protocol or its server said tells more. And what
/// came over a connection that broke looks damaged.
std::optional<Finding> blame_network(std::optional<Finding> finding, const Case& c) {
  constexpr std::array<std::string_view, 4> kVague = {"input_not_media", "http_client_error",
                                                      "network_reset", "io_error"};
  constexpr std::array<std::string_view, 5> kDamage = {
      "input_corrupt", "moov_missing", "input_truncated", "bitstream_corrupt", "input_not_media"};
  if (!finding) return finding;
  std::optional<Finding> better;
  if (finding->rule.starts_with("opened_") && is_one_of(finding->reason, kVague))
    better = judge_network(c);
  else if (is_one_of(finding->reason, kDamage)) better = judge_connection(c);
  return better ? better : finding;
}

std::optional<Finding> judge_text(const Case& c, Weight lightest) {
  const std::vector<LineVerdict> verdicts = judge_lines(c);
  const Weight most = std::min(lightest, Weight::symptom);
  if (auto finding = blame_network(judge_hits(c, verdicts, most, false), c)) return finding;
  if (auto finding = judge_hits(c, verdicts, most, true)) return finding;
  if (lightest < Weight::wrapper) return std::nullopt;
  if (auto finding = judge_hardware(c)) return finding;
  if (auto finding = judge_network(c)) return finding;
  if (auto finding = judge_errno(c)) return finding;
  if (auto finding = judge_hits(c, verdicts, lightest, false)) return finding;
  return judge_hits(c, verdicts, lightest, true);
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

/// The log may tell of troubles that FFmpeg survived; the code tells which one ended it.
std::optional<Finding> judge_decisive_code(const Case& c) {
  std::string_view reason = reason_of_decisive_code(c.exit);
  // SIGXCPU as a shell tells it, or ECONNRESET of 6.1 and later, which never comes without a word.
  if (c.exit.exit_code == 152) return judge_network(c);
  if (reason.empty()) return std::nullopt;
  if (reason == "disk_full") reason = judge_no_space(c);
  for (const RuleHit& hit : c.hits)
    if (judge(c, hit) == reason) return found_at(reason, std::string(hit.rule->id), &hit);
  return make_finding(reason, "exit_code");
}

Finding judge_failure(const Case& c) {
  if (c.exit.signal)
    if (auto finding = judge_signal(c.exit, *c.exit.signal, "signal")) return std::move(*finding);
  if (auto finding = judge_decisive_code(c)) return std::move(*finding);
  if (begins_too_late(c) && (has_hit(c, "encoder_open") || has_hit(c, "time_range")) &&
      !has_hit(c, "encoder_settings"))
    return make_finding("time_range_empty", "begins_too_late");
  const std::optional<int> shell_signal = signal_of_shell_code(c.exit);
  if (auto finding = judge_text(c, shell_signal ? Weight::cause : Weight::wrapper))
    return std::move(*finding);
  if (shell_signal)
    if (auto finding = judge_signal(c.exit, *shell_signal, "shell_signal"))
      return std::move(*finding);
  if (auto finding = judge_code(c.exit)) return std::move(*finding);
  if (auto finding = judge_part(c)) return std::move(*finding);
  if (auto finding = judge_command(c)) return std::move(*finding);
  // ffprobe does nothing but read, so whatever it says without a better rule is about the input.
  if (c.exit.tool == "ffprobe" && !c.log.lines.empty())
    return make_finding("input_corrupt", "ffprobe_failed", {evidence_of(c.log.lines.front())});
  return make_finding("unrecognised", "no_rule");
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

/// A connection that only the output has is what the result goes through.
Finding blame_upload(Finding finding, const EncoderExit& exit) {
  const auto is_address = [](std::string_view path) {
    return path.find("://") != std::string_view::npos;
  };
  const bool is_connection = finding.reason == "network_reset" ||
                             finding.reason == "network_timeout" ||
                             finding.reason == "downstream_closed" || finding.reason == "io_error";
  const std::vector<std::string> inputs = inputs_of(exit);
  if (!is_connection || exit.tool != "ffmpeg" || inputs.empty() || !is_address(exit.argv.back()) ||
      std::any_of(inputs.begin(), inputs.end(), is_address))
    return finding;
  return make_finding("upload_failed", finding.rule, std::move(finding.evidence));
}

/// With the hits found: everything but the facts.
Finding judge_log(const Case& c) {
  const EncoderExit& exit = c.exit;
  if (exit.exit_code == 0) return blame_copy(judge_success(c), exit);
  if (!exit.exit_code && !exit.signal && !says_that_it_failed(c))
    return blame_copy(judge_success(c), exit);
  return blame_copy(blame_upload(blame_version(blame_end(judge_failure(c), c), exit), exit), exit);
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
